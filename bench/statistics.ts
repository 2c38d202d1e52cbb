import type { Rounds } from "./results";

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export const figures = (rounds: Rounds, name: string): number[] => rounds.flatMap((round) => round[name] ?? []);

/** For each round: the figure of one way, divided by the figure of another. */
export const ratios = (rounds: Rounds, name: string, by: string): number[] =>
  rounds.flatMap((round) => (round[name] !== undefined && round[by] ? [round[name] / round[by]] : []));

/** The range of the middle half. A few disturbed rounds cannot widen it. */
export function middleHalf(values: number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.round((sorted.length - 1) * share)] ?? 0).toFixed(digits);
  return `${at(0.25)} to ${at(0.75)}`;
}

export const spread = (values: number[], digits: number): string =>
  `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;

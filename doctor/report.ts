/** Something that is not as it has to be. */
export interface Problem {
  /** The code or state that AWS gives, such as `UNREACHABLE`. */
  reason?: string | undefined;
  /** The likely cause, in one sentence. */
  cause: string;
  /** The exact fix: a command, or an argument of the component. */
  fix: string;
}

/** One step on the way from the function to the database. */
export interface Hop {
  name: string;
  /** What was found. */
  found: string;
  problems: Problem[];
}

/** Lines for people: one for each hop, and two for each problem. */
export function textOf(hops: Hop[]): string {
  const width = Math.max(...hops.map(({ name }) => name.length));
  return hops
    .flatMap(({ name, found, problems }) => [
      `${problems.length === 0 ? "✓" : "✗"} ${name.padEnd(width)}  ${found}`,
      ...problems.flatMap(({ reason, cause, fix }) => [
        `    ${reason === undefined ? "" : `${reason}: `}${cause}`,
        `    Fix: ${fix}`,
      ]),
    ])
    .join("\n");
}

/** Whether all is well. */
export function isWell(hops: Hop[]): boolean {
  return hops.every(({ problems }) => problems.length === 0);
}

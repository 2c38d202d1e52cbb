import type { Evaluation, EvaluationResults } from "./evaluationResults";
import { median, spread } from "./statistics";
import { bar, drawing, legend, text, width } from "./svg";

const left = 160;
const barHeight = 16;
const colours = { elapsed: "#8a8f98", processor: "#d9622b" };

const figuresOf = ({ rounds }: EvaluationResults, count: number, of: (evaluation: Evaluation) => number): number[] =>
  rounds.flatMap((round) => (round[count] === undefined ? [] : [of(round[count])]));

const elapsed = ({ evaluating }: Evaluation): number => evaluating;
const processor = ({ cpu }: Evaluation): number => cpu;

/** The numbers of databases, in the order of the measurements. */
const countsOf = ({ rounds }: EvaluationResults): number[] => Object.keys(rounds[0] ?? {}).map(Number);

/** For each round: the cost of a database among many, divided by its cost among few. 1 means that time grows linearly. */
function growth(results: EvaluationResults, of: (evaluation: Evaluation) => number): number[] {
  const counts = countsOf(results);
  const [few, many] = [Math.min(...counts), Math.max(...counts)];
  return results.rounds.flatMap(({ [few]: small, [many]: large }) =>
    small && large ? [of(large) / many / (of(small) / few)] : [],
  );
}

/** The results as a page for docs/. */
export function evaluationReport(results: EvaluationResults): string {
  const { machine, node, program } = results;
  const cell = (values: number[], digits = 2) => `${median(values).toFixed(digits)} (${spread(values, digits)})`;
  const rows = countsOf(results).map((count) => {
    const per = (of: (evaluation: Evaluation) => number) =>
      cell(
        figuresOf(results, count, (evaluation) => (of(evaluation) / count) * 1000),
        0,
      );
    const resources = median(figuresOf(results, count, ({ resources: number }) => number));
    return `| ${count} | ${resources} | ${cell(figuresOf(results, count, elapsed))} | ${per(elapsed)} | ${per(processor)} |`;
  });
  return `# Benchmark of the program's evaluation

\`bench/evaluation.ts\` wrote this page, and [bench-evaluation.json](bench-evaluation.json) has every figure. The benchmark runs a
program as \`pulumi preview\` does, until all resources are registered. The resources are mocked, so nothing calls AWS. Each
run has a process of its own. The figures are medians, with the smallest and the largest figure in brackets.

The machine has ${machine.cores} cores (${machine.cpu}) and Node ${node}. Its load average was ${machine.loadBefore.toFixed(1)} before the benchmark and
${machine.loadAfter.toFixed(1)} after it.

## This project's program

It has ${program[0]?.resources ?? 0} resources, and the benchmark also packages both callbacks. These are the seconds of ${program.length} runs:

| whole process | loading Pulumi, SDKs and components | evaluating the program |
| --- | --- | --- |
| ${cell(program.map(({ process }) => process))} | ${cell(program.map(({ loading }) => loading))} | ${cell(program.map(elapsed))} |

## Many databases in one program

Each database has five functions. Before the measurement, the process evaluates one database, so that V8 has compiled the code.

| databases | resources | seconds | milliseconds per database | processor time per database, in milliseconds |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

One of ${Math.max(...countsOf(results))} databases costs ${cell(growth(results, elapsed))} times as much elapsed time as one of ${Math.min(...countsOf(results))}, and ${cell(growth(results, processor))} times as much
processor time. A factor of 1 means that time grows linearly. Nearly all of the time is Pulumi's own work for each resource. About a
third of it goes into the stack traces that Pulumi takes at every promise: \`node --stack-trace-limit=0\` saves that third.
Elapsed time also depends on what else the machine was doing.

![Chart](bench-evaluation.svg)
`;
}

/** Milliseconds per database, by the number of databases. If time grows linearly, all bars have the same length. */
export function evaluationChart(results: EvaluationResults): string {
  const { machine, node, rounds } = results;
  const groups = countsOf(results).map((count) => ({
    title: `${count} databases`,
    bars: Object.entries({ elapsed, processor }).map(([name, of]) => ({
      colour: colours[name as keyof typeof colours],
      value: (median(figuresOf(results, count, of)) / count) * 1000,
    })),
  }));
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const parts = groups.flatMap(({ title, bars }, group) => {
    const top = 70 + group * (2 * (barHeight + 4) + 18);
    return [
      text(20, top + 13, title, "bold"),
      ...bars.flatMap(({ colour, value }, index) => {
        const y = top + index * (barHeight + 4);
        const length = ((width - left - 190) * value) / most;
        return [
          bar(left, y, length, barHeight, colour),
          text(left + length + 6, y + 13, `${Math.round(value)} ms each`),
        ];
      }),
    ];
  });
  const foot = `Medians of ${rounds.length} rounds; each database has five functions; ${machine.cores} cores, Node ${node}`;
  const height = 70 + groups.length * (2 * (barHeight + 4) + 18) + 24;
  return drawing("Evaluating a program with many databases", height, [legend(left, colours), ...parts], foot);
}

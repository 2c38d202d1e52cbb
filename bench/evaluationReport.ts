import type { Evaluation } from "./evaluatedProgram";
import type { EvaluationResults } from "./evaluation";
import { median, spread } from "./statistics";
import { bar, drawing, legend, text, WIDTH } from "./svg";

const LEFT = 160;
const BAR = 16;
const COLOURS = { elapsed: "#8a8f98", processor: "#d9622b" };

const figuresOf = ({ rounds }: EvaluationResults, count: number, of: (evaluation: Evaluation) => number): number[] =>
  rounds.flatMap((round) => (round[count] === undefined ? [] : [of(round[count])]));

const elapsed = ({ evaluating }: Evaluation): number => evaluating;
const processor = ({ cpu }: Evaluation): number => cpu;

/** Numbers of databases, in the order in which they were measured. */
const countsOf = ({ rounds }: EvaluationResults): number[] => Object.keys(rounds[0] ?? {}).map(Number);

/** Of each round, what a database costs among many, by what it costs among few. 1 is linear. */
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

Written by \`bench/evaluation.ts\`; every figure is in [bench-evaluation.json](bench-evaluation.json). Evaluated is what \`pulumi
preview\` evaluates, with mocked resources: until everything is registered, with no call to AWS. Each time in a process of its own.
Medians; in brackets the smallest and the largest figure.

${machine.cores} cores (${machine.cpu}), Node ${node}; load average ${machine.loadBefore.toFixed(1)} before and ${machine.loadAfter.toFixed(1)} after.

## This project's program

${program[0]?.resources ?? 0} resources, both callbacks packed. Seconds of ${program.length} runs:

| process, start to end | of which loading Pulumi, SDKs and components | evaluating |
| --- | --- | --- |
| ${cell(program.map(({ process }) => process))} | ${cell(program.map(({ loading }) => loading))} | ${cell(program.map(elapsed))} |

## Many databases in one program

Each with five functions, after a first database that gets code compiled.

| databases | resources | seconds | milliseconds per database | of which with a processor |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

What a database costs among ${Math.max(...countsOf(results))}, by what it costs among ${Math.min(...countsOf(results))} (1 is linear): ${cell(growth(results, elapsed))} of elapsed time, ${cell(growth(results, processor))} of
processor time. Nearly all of it is Pulumi's own work for each resource, about a third of it the stack traces that it takes at every promise:
\`node --stack-trace-limit=0\` is that much faster. Elapsed time also has in it what else the machine was doing.

![Chart](bench-evaluation.svg)
`;
}

/** Milliseconds per database, by the number of databases: bars of the same length are linear time. */
export function evaluationChart(results: EvaluationResults): string {
  const { machine, node, rounds } = results;
  const groups = countsOf(results).map((count) => ({
    title: `${count} databases`,
    bars: Object.entries({ elapsed, processor }).map(([name, of]) => ({
      colour: COLOURS[name as keyof typeof COLOURS],
      value: (median(figuresOf(results, count, of)) / count) * 1000,
    })),
  }));
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const parts = groups.flatMap(({ title, bars }, group) => {
    const top = 70 + group * (2 * (BAR + 4) + 18);
    return [
      text(20, top + 13, title, "bold"),
      ...bars.flatMap(({ colour, value }, index) => {
        const y = top + index * (BAR + 4);
        const length = ((WIDTH - LEFT - 190) * value) / most;
        return [bar(LEFT, y, length, BAR, colour), text(LEFT + length + 6, y + 13, `${Math.round(value)} ms each`)];
      }),
    ];
  });
  const foot = `Medians of ${rounds.length} rounds; five functions with each database; ${machine.cores} cores, Node ${node}`;
  const height = 70 + groups.length * (2 * (BAR + 4) + 18) + 24;
  return drawing("Evaluating a program with many databases", height, [legend(LEFT, COLOURS), ...parts], foot);
}

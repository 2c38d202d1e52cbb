import { median, spread } from "../statistics";
import { bar, drawing, legend, text, width } from "../svg";
import { thisProgram, twoLines } from "./programs";
import type { Cost, PreviewResults } from "./results";

const left = 190;
const barHeight = 18;
const colours = { "its process": "#d9622b", esbuild: "#8a8f98" };
type Rounds = Record<string, Cost>[];

/** How many packages of the profile the page names. */
const named = 12;

const valuesOf = (rounds: Rounds, name: string, of: (cost: Cost) => number): number[] =>
  rounds.flatMap(({ [name]: cost }) => (cost === undefined ? [] : [of(cost)]));

const user = (cost: Cost): number => cost.user;

/** Of each round, the user CPU of one program by that of another. */
const ratiosOf = (rounds: Rounds, name: string, by: string): number[] =>
  rounds.flatMap(({ [name]: cost, [by]: base }) => (cost && base ? [cost.user / base.user] : []));

const cell = (values: number[]): string => `${median(values).toFixed(2)} (${spread(values, 2)})`;

function table(rounds: Rounds): string {
  const rows = Object.keys(rounds[0] ?? {}).map((name) =>
    [
      name,
      cell(valuesOf(rounds, name, user)),
      cell(valuesOf(rounds, name, ({ children }) => children)),
      cell(valuesOf(rounds, name, ({ system }) => system)),
      cell(ratiosOf(rounds, name, twoLines)),
    ].join(" | "),
  );
  return `| program | user CPU | of it esbuild | system CPU | × |
| --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join("\n")}`;
}

/** The results as a page for docs/. */
export function previewReport(results: PreviewResults): string {
  const { machine, node, cli, previews, monitored, profile } = results;
  const total = Object.values(profile).reduce((sum, time) => sum + time, 0);
  const packages = Object.entries(profile)
    .slice(0, named)
    .map(([name, time]) => `| ${name} | ${Math.round((time / total) * 100)} % |`);
  return `# Benchmark of a preview

\`npm run bench:preview\` wrote this page, and [bench-preview.json](bench-preview.json) has every figure. It measures the process in which
Pulumi's language host evaluates the program, with what that process starts: seconds of CPU, as medians of ${monitored.length} rounds with the
smallest and the largest figure in brackets. All programs run in each round. × is the user CPU by that of the program of two lines: the
median of the rounds' ratios.

The machine has ${machine.cores} cores (${machine.cpu}) and Node ${node}. Its load average was ${machine.loadBefore.toFixed(1)} before the benchmark and
${machine.loadAfter.toFixed(1)} after it.

- *${thisProgram}* has the options that this project's [Pulumi.yaml](../Pulumi.yaml) and [tsconfig.program.json](../tsconfig.program.json) set.
- *untuned* leaves out \`nodeargs\` and swc: the program as TypeScript compiles it, and no cache of compiled code.
- *${twoLines}* loads \`@pulumi/aws\` and exports the region, untuned. *tuned* has this project's options.
- No program is checked for type errors.

## \`pulumi preview\`

${cli === undefined ? "Not measured: this machine has no Pulumi CLI with its language host for Node." : `The CLI is ${cli}, and the stand-in answers for AWS.\n\n${table(previews)}`}

## The same processes without the CLI

For machines without the language host, the benchmark starts the process itself. A small monitor answers it as the engine does at
preview, and makes no children for the VPC.

${table(monitored)}

## Where the time goes

The main thread of *${thisProgram}*, under Node's profiler, by the package whose code was running:

| package | share |
| --- | --- |
${packages.join("\n")}

## In a program of your own

Pulumi's language host reads these options, so they help every program in TypeScript:

1. Copy [scripts/program.cjs](../scripts/program.cjs) and set \`nodeargs: --require ./scripts/program.cjs\` under \`runtime.options\` in Pulumi.yaml. It
   keeps compiled code in the folder \`.cache\`, and looks each frame of a stack trace up once. Have Git ignore that folder.
2. Set \`noCheck: true\` under \`compilerOptions\` in tsconfig.json, and check types in a step of its own, with \`tsc --noEmit --noCheck false\`.
3. Install \`@swc/core\`, and set \`"ts-node": { "swc": true }\` in tsconfig.json.

![Chart](bench-preview.svg)
`;
}

/** User CPU by program: previews by the CLI where they were measured, else the processes without it. */
export function previewChart({ machine, node, previews, monitored }: PreviewResults): string {
  const rounds = previews.length > 0 ? previews : monitored;
  const names = Object.keys(rounds[0] ?? {});
  const most = Math.max(...names.map((name) => median(valuesOf(rounds, name, user))));
  const scale = (width - left - 170) / most;
  const parts = names.flatMap((name, index) => {
    const y = 70 + index * (barHeight + 12);
    const esbuild = median(valuesOf(rounds, name, ({ children }) => children));
    const whole = median(valuesOf(rounds, name, user));
    const own = whole - esbuild;
    const times = median(ratiosOf(rounds, name, twoLines)).toFixed(2);
    return [
      text(20, y + 14, name, name === thisProgram ? "bold" : "normal"),
      bar(left, y, own * scale, barHeight, colours["its process"]),
      bar(left + own * scale, y, esbuild * scale, barHeight, colours.esbuild),
      text(left + whole * scale + 6, y + 14, `${whole.toFixed(2)} s (× ${times})`),
    ];
  });
  const how = previews.length > 0 ? "pulumi preview" : "the program's process, without the CLI";
  const foot = `${how}; medians of ${rounds.length} rounds; ${machine.cores} cores, Node ${node}`;
  const height = 70 + names.length * (barHeight + 12) + 40;
  return drawing("User CPU of a preview, in seconds", height, [legend(left, colours), ...parts], foot);
}

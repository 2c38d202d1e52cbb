import { median, spread } from "../statistics";
import { bar, drawing, legend, text, width } from "../svg";
import type { Figures, FunctionResults } from "./results";

const LEFT = 220;
const BAR = 16;
const COLOURS = { load: "#d9622b", "to first row": "#8a8f98" };

const own = "this version";
const load = ({ load: milliseconds }: Figures): number => milliseconds;
const firstRow = ({ firstRow: milliseconds }: Figures): number => milliseconds;

const namesOf = ({ rounds }: FunctionResults): string[] => Object.keys(rounds[0] ?? {});

const valuesOf = ({ rounds }: FunctionResults, name: string, of: (figures: Figures) => number): number[] =>
  rounds.flatMap(({ [name]: figures }) => (figures === undefined ? [] : [of(figures)]));

/** Of each round, this version's figure by another one's; the median of them. */
export function ratio({ rounds }: FunctionResults, name: string, of: (figures: Figures) => number): number {
  return median(rounds.flatMap(({ [own]: mine, [name]: other }) => (mine && other ? [of(mine) / of(other)] : [])));
}

/** The results as a page for docs/. */
export function functionReport(results: FunctionResults): string {
  const { machine, versions, zipped, wire, warm, rounds } = results;
  const cell = (values: number[]) => `${median(values).toFixed(1)} (${spread(values, 1)})`;
  const rows = namesOf(results).map((name) => {
    const size = zipped[name];
    const isComparable = name !== own && name !== "empty handler";
    return [
      "",
      name,
      size === undefined ? "not measured" : `${(size / 1000).toFixed(1)} KB`,
      cell(valuesOf(results, name, load)),
      isComparable ? ratio(results, name, load).toFixed(2) : "",
      name === "empty handler" ? "" : cell(valuesOf(results, name, firstRow)),
      isComparable ? ratio(results, name, firstRow).toFixed(2) : "",
      "",
    ].join(" | ");
  });
  const ownMemory = rounds.flatMap(({ [own]: figures }) => figures?.memory ?? []);
  const ratios = warm.map(({ handler, bare }) => handler / bare);
  return `# Benchmark of a function's start

Written by \`npm run bench:function\`; every figure is in [bench-function.json](bench-function.json). Each figure is from a process of
its own, all variants in each of ${rounds.length} rounds. Medians, in milliseconds; in brackets the smallest and the largest figure. \`×\` is
this version's figure by that one's: the median of the rounds' ratios.

${machine.cores} cores (${machine.cpu}), Node ${versions.node}, ${versions.database}; load average ${machine.loadBefore.toFixed(1)} before and ${machine.loadAfter.toFixed(1)} after. Database,
proxy and Secrets Manager are the stand-in's, on the same machine, so the network takes no time.

| package | zipped | load | × | load to first row | × |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n").replace(/^ \| /gm, "| ").replace(/ \| $/gm, " |")}

- *this version* holds the client, iconv-lite and a source map. *last version* is the commit before, bundled as it was.
- *same modules, unbundled* is this version's code, each file for itself, with \`node_modules\` beside it. Its size is what
  \`aws.lambda.CallbackFunction\` packs: every dependency of package.json.
- *SDK external* takes AWS's SDK from Lambda's runtime, here from \`node_modules\`.
- *the article's Python* has the password in its environment and reads no secret. Powertools and PyMySQL, installed for
  the benchmark: without Python and its packages it is left out. Its size is that of both, as pip installs them.

## Round trips to the first row

${wire.waits} times the function waits for the proxy: for the connection, its greeting, TLS, the log-in, and ${wire.commands.filter(({ code }) => code === 3).length} statement; and
${wire.secretReads} time for the secret, with IAM not at all. Statements: ${wire.commands
    .filter(({ code }) => code === 3)
    .map(({ text: sql }) => `\`${sql.replace(/[^\x20-\x7e]/g, "")}\``)
    .join(", ")}.

## Warm

A warm invocation takes ${median(warm.map(({ handler }) => handler)).toFixed(0)} µs, and mysql2's own query on an open connection ${median(warm.map(({ bare }) => bare)).toFixed(0)} µs: ${median(ratios).toFixed(2)} times as long (${spread(ratios, 2)} in ${warm.length}
processes, 8,000 of each after 2,000 that are not counted, turn by turn; the callback logs nothing). After its first row a container has ${median(ownMemory).toFixed(0)} MiB of memory in use.

![Chart](bench-function.svg)
`;
}

/** Bars of the load, and of the load to the first row. */
export function functionChart(results: FunctionResults): string {
  const groups = namesOf(results).map((name) => ({
    name,
    bars: [
      { colour: COLOURS.load, value: median(valuesOf(results, name, load)) },
      ...(name === "empty handler"
        ? []
        : [{ colour: COLOURS["to first row"], value: median(valuesOf(results, name, firstRow)) }]),
    ],
    size: results.zipped[name],
  }));
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const parts = groups.flatMap(({ name, bars, size }, group) => {
    const top = 70 + group * (2 * (BAR + 4) + 18);
    return [
      text(20, top + 13, name, "bold"),
      ...(size === undefined ? [] : [text(20, top + 33, `${(size / 1000).toFixed(1)} KB zipped`)]),
      ...bars.flatMap(({ colour, value }, index) => {
        const y = top + index * (BAR + 4);
        const length = ((width - LEFT - 120) * value) / most;
        return [bar(LEFT, y, length, BAR, colour), text(LEFT + length + 6, y + 13, `${value.toFixed(1)} ms`)];
      }),
    ];
  });
  const { rounds, machine, versions } = results;
  const foot = `Medians of ${rounds.length} processes each, interleaved; ${machine.cores} cores, Node ${versions.node}, everything on one machine`;
  return drawing(
    "A function's start",
    70 + groups.length * (2 * (BAR + 4) + 18) + 24,
    [legend(LEFT, COLOURS), ...parts],
    foot,
  );
}

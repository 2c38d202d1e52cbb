import { median, spread } from "../statistics";
import { bar, drawing, text, width } from "../svg";

/** Milliseconds of each round, by what was timed. */
export interface ReloadResults {
  machine: { cpu: string; cores: number; loadBefore: number; loadAfter: number };
  node: string;
  /** From a saved handler to the first result of the new code. */
  handler: number[];
  /** From a saved program to the end of its change. */
  program: number[];
  /** A bare build of the same handler by esbuild, in a process that has esbuild up. */
  esbuild: number[];
  /** From the start of `npm run local` to the first result: what a change takes without the loop. */
  start: number[];
}

type Timed = "handler" | "program" | "esbuild" | "start";

const names: Record<Timed, string> = {
  esbuild: "a bare build by esbuild",
  handler: "handler saved, to its new result",
  program: "program saved, to the end of the change",
  start: "`npm run local` again, to its result",
};

export function reloadReport(results: ReloadResults): string {
  const { machine, node } = results;
  const base = median(results.esbuild);
  const rows = Object.entries(names).map(([key, name]) => {
    const values = results[key as Timed];
    const ratio = (median(values) / base).toFixed(1);
    return `| ${name} | ${values.length} | ${median(values).toFixed(0)} (${spread(values, 0)}) | ${ratio} |`;
  });
  const faster = median(results.start) / median(results.handler);
  return `# Benchmark of the loop

Written by \`npm run bench:reload\`; every figure is in [bench-reload.json](bench-reload.json). The project is the one of the README:
a database, a proxy, and a function that reads through it. Medians in milliseconds; in brackets the smallest and the largest figure. The last
column is the median by that of the bare build, in the same run.

${machine.cores} cores (${machine.cpu}), Node ${node}; load average ${machine.loadBefore.toFixed(1)} before and ${machine.loadAfter.toFixed(1)} after.

| what | rounds | time | by a bare build |
| --- | --- | --- | --- |
${rows.join("\n")}

The new result comes ${faster.toFixed(1)} times sooner than by starting again. It takes the watcher, a build with a source map, a new container,
and a connection through the proxy with its log-in. ${percentBelow(results.handler, 1000)} of the ${results.handler.length} results were there within a second.

![The medians as bars](bench-reload.svg)
`;
}

function percentBelow(values: number[], limit: number): string {
  const below = values.filter((value) => value < limit).length;
  return below === values.length ? "All" : String(below);
}

export function reloadChart(results: ReloadResults): string {
  const left = 300;
  const entries = Object.entries(names).map(([key, name]): [string, number] => [
    name.replaceAll("`", ""),
    median(results[key as Timed]),
  ]);
  const most = Math.max(...entries.map(([, value]) => value));
  const parts = entries.flatMap(([name, value], index) => {
    const y = 50 + index * 28;
    const length = ((width - left - 120) * value) / most;
    const colour = index === 1 ? "#d9622b" : "#8a8f98";
    return [
      text(20, y + 13, name),
      bar(left, y, length, 16, colour),
      text(left + length + 6, y + 13, `${value.toFixed(0)} ms`),
    ];
  });
  return drawing("From a save to the new result", 50 + entries.length * 28 + 40, parts, footOf(results));
}

function footOf({ machine, node, handler }: ReloadResults): string {
  return `medians of ${handler.length}; ${machine.cores} cores (${machine.cpu}), Node ${node}`;
}

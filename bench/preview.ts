/** `npm run bench:preview`: what `pulumi preview` of this program costs, beside a program of two lines. */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { openCli } from "./preview/cli";
import { Monitor } from "./preview/monitor";
import { profileOf } from "./preview/profile";
import { type Program, thisProgram, writePrograms } from "./preview/programs";
import { previewChart, previewReport } from "./preview/report";
import type { Cost, PreviewResults } from "./preview/results";
import { type Command, costOf } from "./preview/run";
import { publish } from "./publish";

const rounds = 10;

async function measure(): Promise<PreviewResults> {
  const loadBefore = loadavg()[0] ?? 0;
  const folder = await mkdtemp(join(tmpdir(), "bench-preview-"));
  const programs = await writePrograms(folder);
  const monitor = await Monitor.start();
  const cli = await openCli(join(folder, "stacks"), programs);
  try {
    if (cli === undefined) {
      console.error(
        "No previews by the CLI: this machine lacks `pulumi` or its language host, `pulumi-language-nodejs`.",
      );
    }
    const previews = cli === undefined ? [] : await interleaved(programs, cli.preview);
    const monitored = await interleaved(programs, (program) => monitor.evaluate(program));
    const whole = programs.find(({ name }) => name === thisProgram);
    return {
      machine: {
        cpu: cpus()[0]?.model ?? "unknown",
        cores: cpus().length,
        loadBefore,
        loadAfter: loadavg()[0] ?? 0,
      },
      node: process.version,
      cli: cli?.version,
      previews,
      monitored,
      profile: whole === undefined ? {} : await profileOf(monitor, whole),
    };
  } finally {
    cli?.close();
    monitor.close();
    await rm(folder, { recursive: true });
  }
}

/** Runs all programs in each round, so that what else the machine does strikes them alike. */
async function interleaved(
  programs: Program[],
  command: (program: Program) => Command,
): Promise<Record<string, Cost>[]> {
  const round = async (): Promise<Record<string, Cost>> => {
    const costs: Record<string, Cost> = {};
    for (const program of programs) costs[program.name] = await costOf(command(program));
    console.error(costs);
    return costs;
  };
  // The first round fills Node's cache of compiled code.
  await round();
  const all: Record<string, Cost>[] = [];
  while (all.length < rounds) all.push(await round());
  return all;
}

void publish({ name: "bench-preview", chart: previewChart, page: previewReport }, measure);

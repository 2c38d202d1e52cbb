/** `npm run bench:reload`: how long it takes from a saved file to the new result, while `npm run local` is up. */
import { cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { publish } from "./publish";
import { Project } from "./reload/project";
import { reloadChart, reloadReport, type ReloadResults } from "./reload/report";

const rounds = 20;
const starts = 5;

/** Milliseconds between two changes. People take longer. */
const pause = 1_500;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function measure(): Promise<ReloadResults> {
  const loadBefore = loadavg()[0] ?? 0;
  const project = new Project();
  const times: Record<"handler" | "program" | "esbuild" | "start", number[]> = {
    handler: [],
    program: [],
    esbuild: [],
    start: [],
  };
  const bareBuild = () =>
    build({
      stdin: { contents: 'exports.handler = require("./report").handler;', resolveDir: project.folder },
      bundle: true,
      minifyWhitespace: true,
      platform: "node",
      sourcemap: "external",
      outfile: "index.js",
      write: false,
      logLevel: "silent",
    });
  try {
    // The first build starts esbuild's own process.
    await bareBuild();
    for (let start = 0; start < starts; start++) {
      if (start > 0) await project.stop();
      times.start.push(
        await timed(async () => {
          await project.start();
          await project.untilVersion(0);
        }),
      );
    }
    for (let round = 1; round <= rounds; round++) {
      await sleep(pause);
      times.esbuild.push(await timed(bareBuild));
      let from = project.position;
      times.handler.push(
        await timed(() => {
          project.saveHandler(round);
          return project.untilVersion(round);
        }),
      );
      await project.printed(/^report\.ts: \d+ changes/, from);
      await sleep(pause);
      from = project.position;
      times.program.push(
        await timed(() => {
          project.saveProgram(round % 2 === 0 ? 100 : 50);
          return project.printed(/^index\.js: 1 change/, from);
        }),
      );
      console.error(`round ${round} of ${rounds}`);
    }
  } finally {
    await project.stop();
    project.remove();
  }
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
  };
  return { machine, node: process.version, ...times };
}

void publish({ name: "bench-reload", chart: reloadChart, page: reloadReport }, measure);

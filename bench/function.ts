/** `npm run bench:function`: how large the package of a callback is, and how long it takes to start. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { functionChart, functionReport } from "./function/report";
import type { Figures, FunctionResults } from "./function/results";
import { openStage } from "./function/stage";
import { articleInPython, makeVariants, zippedSize } from "./function/variants";
import { publish } from "./publish";

const ROUNDS = 31;
const RUNNER = join(__dirname, "function/process.cjs");

async function run(program: string, args: string[], env: Record<string, string>): Promise<Figures> {
  const { stderr } = await promisify(execFile)(program, args, { env });
  const line = stderr.split("\n").findLast((text) => text.startsWith("{"));
  if (line === undefined) throw new Error(`${program} ${args.join(" ")} reported nothing: ${stderr}`);
  return JSON.parse(line) as Figures;
}

async function measure(): Promise<FunctionResults> {
  const folder = mkdtempSync(join(tmpdir(), "bench-function-"));
  const loadBefore = loadavg()[0] ?? 0;
  const stage = await openStage(folder);
  try {
    const variants = await makeVariants(folder);
    const article = articleInPython(folder);
    const rounds: FunctionResults["rounds"] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const figures: Record<string, Figures> = {};
      // Each in a fresh process, and all of them in each round, so that what else the machine does disturbs them alike.
      for (const [name, variant] of Object.entries(variants)) {
        figures[name] = await run(process.execPath, [RUNNER, variant.folder], stage.environment);
      }
      if (article !== undefined) {
        const environment = { ...stage.environment, PYTHONPATH: article.packages };
        figures["the article's Python"] = await run("python3", [article.file], environment);
      }
      rounds.push(figures);
      console.error(`round ${round + 1} of ${ROUNDS}`);
    }
    const { folder: own = "" } = variants["this version"] ?? {};
    const before = stage.secretReads();
    await run(process.execPath, [RUNNER, own], stage.tappedEnvironment);
    const wire = {
      waits: stage.tap.waits,
      secretReads: stage.secretReads() - before,
      commands: [...stage.tap.commands],
    };
    const warm: FunctionResults["warm"] = [];
    for (let round = 0; round < 5; round++) {
      const { warm: figures } = await run(process.execPath, [RUNNER, own, "warm"], {
        ...stage.environment,
        NODE_PATH: join(__dirname, "../node_modules"),
        POWERTOOLS_LOG_LEVEL: "SILENT",
      });
      if (figures !== undefined) warm.push(figures);
    }
    return {
      machine: { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, loadBefore, loadAfter: loadavg()[0] ?? 0 },
      versions: { node: process.version, database: stage.serverVersion },
      zipped: {
        ...Object.fromEntries(Object.entries(variants).map(([name, { zipped }]) => [name, zipped])),
        "the article's Python": article && zippedSize(article.packages),
      },
      rounds,
      wire,
      warm,
    };
  } finally {
    await stage.close();
    rmSync(folder, { recursive: true });
  }
}

void publish({ name: "bench-function", chart: functionChart, page: functionReport }, measure);

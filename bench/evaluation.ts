/** `npm run bench:evaluation`: how long programs take until they have registered all their resources. */
import { execFile } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { evaluationChart, evaluationReport } from "./evaluationReport";
import type { Evaluation, EvaluationResults } from "./evaluationResults";
import { publish } from "./publish";

const loader = join(__dirname, "../scripts/typescript.cjs");
const programRounds = 5;
const manyDatabasesRounds = 3;

/** How many databases the programs have. Each database has five functions. */
const counts = [10, 20, 50, 100];

async function measure(): Promise<EvaluationResults> {
  const loadBefore = loadavg()[0] ?? 0;
  const program: EvaluationResults["program"] = [];
  for (let round = 0; round < programRounds; round++) {
    const started = performance.now();
    const evaluation = await evaluate();
    program.push({ ...evaluation, process: (performance.now() - started) / 1000 });
    console.error(program.at(-1));
  }
  const rounds: EvaluationResults["rounds"] = [];
  for (let round = 0; round < manyDatabasesRounds; round++) {
    const figures: Record<number, Evaluation> = {};
    for (const count of counts) figures[count] = await evaluate(count);
    rounds.push(figures);
    console.error(figures);
  }
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
  };
  return { machine, node: process.version, program, rounds };
}

/** Starts a new process, because code that is already compiled and memory that is already used would change the result. */
async function evaluate(count?: number): Promise<Evaluation> {
  const program = join(__dirname, "evaluatedProgram.ts");
  const args = ["-r", loader, program, ...(count === undefined ? [] : [String(count)])];
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as Evaluation;
}

void publish({ name: "bench-evaluation", chart: evaluationChart, page: evaluationReport }, measure);

/** `npm run bench:evaluation`: how long programs take until they have registered all their resources. */
import { execFile } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Evaluation } from "./evaluatedProgram";
import { evaluationChart, evaluationReport } from "./evaluationReport";
import { publish } from "./publish";

const LOADER = join(__dirname, "../scripts/typescript.cjs");
const programRounds = 5;
const ROUNDS = 3;

/** How many databases a program has, each with five functions. */
const COUNTS = [10, 20, 50, 100];

export interface EvaluationResults {
  machine: { cpu: string; cores: number; loadBefore: number; loadAfter: number };
  node: string;
  /** This project's program; `process` is from the start of the process to its end. */
  program: (Evaluation & { process: number })[];
  /** Programs with many databases: of each round, by the number of databases. */
  rounds: Record<number, Evaluation>[];
}

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
  for (let round = 0; round < ROUNDS; round++) {
    const figures: Record<number, Evaluation> = {};
    for (const count of COUNTS) figures[count] = await evaluate(count);
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

/** In a fresh process, so that no measurement meets what an earlier one has compiled or left in memory. */
async function evaluate(count?: number): Promise<Evaluation> {
  const program = join(__dirname, "evaluatedProgram.ts");
  const args = ["-r", LOADER, program, ...(count === undefined ? [] : [String(count)])];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Evaluation;
}

void publish({ name: "bench-evaluation", chart: evaluationChart, page: evaluationReport }, measure);

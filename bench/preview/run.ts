import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Cost } from "./results";

const costProbe = join(__dirname, "cost.cjs");

/** A command that evaluates a program. */
export interface Command {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string | undefined>;
}

/** @throws Error with the command's output when it fails, or when no process of it evaluated a program */
export async function costOf({ file, args, cwd, env }: Command): Promise<Cost> {
  const costFile = join(cwd, "cost.json");
  const environment = { ...process.env, ...env, NODE_OPTIONS: `--require ${costProbe}`, PREVIEW_COST_FILE: costFile };
  try {
    await promisify(execFile)(file, args, { cwd, env: environment });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${file} ${args.join(" ")} in ${cwd} failed: ${stdout}${stderr}`, { cause: error });
  }
  const cost = JSON.parse(await readFile(costFile, "utf8")) as Cost;
  await rm(costFile);
  return cost;
}

import { type ChildProcess, type ChildProcessByStdio, spawn, type SpawnOptions } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** The program's files are TypeScript in a checkout, and JavaScript in the package. */
const isCheckout = __filename.endsWith(".ts");

/**
 * Starts one of the stand-in's own modules as a process.
 *
 * @param module name of a file in this folder, without the ending
 */
export function startModule(module: string, args: string[], options: SpawnOptions): ChildProcess {
  return startFile(join(__dirname, module), options, args);
}

/** The same with a module of another folder. @param path without the ending */
export function startFile(path: string, options: SpawnOptions, args: string[] = []): ChildProcess {
  return spawn(process.execPath, [...nodeArguments(path), ...args], { ...options, env: environment() });
}

/** Starts a module whose input and output are pipes. */
export function startPiped(module: string): ChildProcessByStdio<Writable, Readable, null> {
  return spawn(process.execPath, nodeArguments(join(__dirname, module)), {
    stdio: ["pipe", "pipe", "inherit"],
    env: environment(),
  });
}

/** These processes run in the folder of a program, whose tsconfig.json is not theirs. */
function environment(): NodeJS.ProcessEnv {
  return isCheckout ? { ...process.env, TS_NODE_PROJECT: join(__dirname, "../../tsconfig.json") } : process.env;
}

function nodeArguments(path: string): string[] {
  const loader = isCheckout ? ["-r", join(__dirname, "../../scripts/typescript.cjs")] : [];
  return [...loader, `${path}${isCheckout ? ".ts" : ".js"}`];
}

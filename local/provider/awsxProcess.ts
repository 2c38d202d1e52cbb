import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Starts the provider of `awsx` in a process of its own. It is a Pulumi program in itself, and Pulumi's SDK serves only one
 * provider in a process.
 */
export function startAwsx(): { port: Promise<number>; stop: () => void } {
  const child = spawn(process.execPath, [...process.execArgv, join(__dirname, `awsx${extension()}`)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout);
  const port = Promise.race([
    once(lines, "line").then(([line]) => Number(line)),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`The provider of awsx ended with ${String(code)}.`))),
  ]);
  return {
    port,
    stop: () => {
      child.kill();
    },
  };
}

/** The program's files are TypeScript in a checkout, and JavaScript in the package. */
function extension(): string {
  return __filename.endsWith(".ts") ? ".ts" : ".js";
}

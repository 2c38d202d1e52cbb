import { once } from "node:events";
import { createInterface } from "node:readline";
import { startPiped } from "./nodeProcess";

/**
 * Starts the provider of `awsx` in a process of its own. It is a Pulumi program in itself, and Pulumi's SDK serves only one
 * provider in a process.
 */
export function startAwsx(): { port: Promise<number>; stop: () => void } {
  const child = startPiped("awsx");
  const port = Promise.race([
    once(createInterface(child.stdout), "line").then(([line]) => Number(line)),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`The provider of awsx ended with ${String(code)}.`))),
  ]);
  return {
    port,
    stop: () => {
      child.kill();
    },
  };
}

import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Milliseconds after which the modules of a callback have taken too long to load. */
const patience = 5_000;

/** What the worker runs: the package, and then a report of what it exports. Nothing of it reaches this process's output. */
const loader = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { createRequire } = require("node:module");
  const loaded = { exports: {} };
  let type;
  try {
    new Function("module", "exports", "require", workerData.code)(loaded, loaded.exports, createRequire(workerData.folder));
    type = typeof loaded.exports.handler;
  } catch {}
  parentPort.postMessage(type);
`;

/**
 * The type of what a package exports as its handler, found by loading the package in a thread of its own as Lambda would.
 * Undefined if the package cannot be loaded here, for example because it needs its environment: then only Lambda can tell.
 */
export async function typeOfHandler(code: string): Promise<string | undefined> {
  const workerData = { code, folder: `${process.cwd()}/` };
  const worker = new Worker(loader, { eval: true, workerData, env: {}, stdout: true, stderr: true });
  try {
    const [type] = (await once(worker, "message", { signal: AbortSignal.timeout(patience) })) as [string | undefined];
    return type;
  } catch {
    return undefined;
  } finally {
    await worker.terminate();
  }
}

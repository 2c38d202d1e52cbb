import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Files } from "./bundle";

/** Milliseconds after which the modules of a callback have taken too long to load. */
const patience = 5_000;

/** What the worker runs: the package's files, and then a report of what `index.js` exports. */
const loader = `
  const { parentPort, workerData: { files, folder } } = require("node:worker_threads");
  const requireOther = require("node:module").createRequire(folder);
  const load = (name) => {
    if (!(name in files)) return requireOther(name);
    const loaded = { exports: {} };
    new Function("module", "exports", "require", files[name])(loaded, loaded.exports, requireFile);
    return loaded.exports;
  };
  const requireFile = (name) => load(name.replace(/^\\.\\//, ""));
  let type;
  try {
    type = typeof load("index.js").handler;
  } catch {}
  parentPort.postMessage(type);
`;

/**
 * The type of what a package exports as its handler, found by loading the package in a thread of its own as Lambda would. Nothing
 * that the package prints reaches the output of this process. Undefined if the package cannot be loaded here, for example because
 * it needs its environment: then only Lambda can tell.
 */
export async function typeOfHandler(files: Files): Promise<string | undefined> {
  const workerData = { files, folder: `${process.cwd()}/` };
  const worker = new Worker(loader, {
    eval: true,
    workerData,
    env: {},
    // By default a thread loads what `--require` lets this process load, such as a compiler of TypeScript. That takes five times as
    // long as the package.
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  try {
    const [type] = (await once(worker, "message", { signal: AbortSignal.timeout(patience) })) as [string | undefined];
    return type;
  } catch {
    return undefined;
  } finally {
    await worker.terminate();
  }
}

import { mkdtemp, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Monitor } from "./monitor";
import type { Program } from "./programs";
import { costOf } from "./run";

/** A file that Node's option `--cpu-prof` writes. */
interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  /** Microseconds before each sample. */
  timeDeltas: number[];
}

/** Where the main thread of a program's process is busy: milliseconds by package. */
export async function profileOf(monitor: Monitor, program: Program): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(program.folder, "profile-"));
  await costOf(monitor.evaluate(program, ["--cpu-prof", `--cpu-prof-dir=${folder}`]));
  const files = (await readdir(folder)).map((name) => join(folder, name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  // The threads that probe packages write small profiles of their own.
  const largest = files[sizes.indexOf(Math.max(...sizes))] ?? "";
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(largest, "utf8")) as Profile;
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]));
  const times: Record<string, number> = {};
  samples.forEach((id, index) => {
    const owner = owners.get(id);
    if (owner !== undefined) times[owner] = (times[owner] ?? 0) + (timeDeltas[index] ?? 0) / 1000;
  });
  return Object.fromEntries(Object.entries(times).sort(([, a], [, b]) => b - a));
}

function ownerOf({ functionName, url }: Profile["nodes"][number]["callFrame"]): string | undefined {
  if (functionName === "(idle)") return undefined;
  if (functionName === "(garbage collector)") return "garbage collection";
  const packageName = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(url)?.[1];
  if (packageName !== undefined) return packageName;
  if (url.includes("node:internal/modules")) return "Node: finding and compiling modules";
  return url === "" || url.startsWith("node:") ? "Node" : "this project";
}

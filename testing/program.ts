import { createRequire } from "node:module";
import { resolve, sep } from "node:path";

/**
 * Loads a program and the files that it requires, which runs it. Node keeps what it has loaded, so they are forgotten before. The
 * packages in node_modules stay.
 *
 * @param file its path, from the folder that the process runs in
 * @returns what it exports, or what the function returns that it exports instead
 */
export async function loadAnew(file: string): Promise<object> {
  const load = createRequire(__filename);
  const main = load.resolve(resolve(file));
  forget(load, main);
  const exported = load(main) as object;
  return typeof exported === "function" ? ((await exported()) as object) : { ...exported };
}

function forget(load: NodeJS.Require, file: string): void {
  const module = load.cache[file];
  if (module === undefined || file.includes(`${sep}node_modules${sep}`)) return;
  Reflect.deleteProperty(load.cache, file);
  for (const { filename } of module.children) forget(load, filename);
}

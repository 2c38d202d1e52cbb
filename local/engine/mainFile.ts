import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

const indexFiles = ["index.js", "index.mjs", "index.ts", "index.mts"];

/** The parts of package.json that name a package's main file, or say how it is loaded. */
interface Manifest {
  main?: string;
  exports?: string | Record<string, string | Record<string, string> | undefined>;
  type?: string;
}

/**
 * The file that the Pulumi CLI loads: the one in Pulumi.yaml, else the one in package.json, else `index.js` or `index.ts`.
 *
 * @param folder the folder with Pulumi.yaml
 * @param main what Pulumi.yaml says: a file, or a folder with the program
 * @throws Error when there is no such file
 */
export function mainFile(folder: string, main = "."): string {
  const given = join(folder, main);
  if (!isFolder(given)) return given;
  const manifest = manifestOf(given);
  const names = [manifest && mainOf(manifest.content), ...indexFiles];
  const files = names.map((name, index) => name && join(index === 0 && manifest ? manifest.folder : given, name));
  const found = files.find((file) => file !== undefined && existsSync(file) && !isFolder(file));
  if (found !== undefined) return found;
  throw new Error(
    `There is no program in ${given}: add index.ts or index.js, or name its main file in Pulumi.yaml, such as "main: src/index.ts".`,
  );
}

/** Whether Node takes a file as an ES module. */
export function isModule(file: string): boolean {
  if (/\.m[jt]s$/.test(file)) return true;
  return !/\.c[jt]s$/.test(file) && manifestOf(dirname(file))?.content.type === "module";
}

function mainOf({ exports, main }: Manifest): string | undefined {
  if (exports === undefined) return main;
  if (typeof exports === "string") return exports;
  const own = exports["."];
  return typeof own === "object" ? (own.default ?? own.require ?? own.import) : own;
}

/** The nearest package.json, in the folder itself or above it. */
function manifestOf(folder: string): { folder: string; content: Manifest } | undefined {
  const file = join(folder, "package.json");
  if (existsSync(file)) return { folder, content: JSON.parse(readFileSync(file, "utf8")) as Manifest };
  const above = dirname(folder);
  return above === folder ? undefined : manifestOf(above);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

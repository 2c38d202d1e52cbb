import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";

/** npm's names for Lambda's processors. */
const processors = { arm64: "arm64", x86_64: "x64" };

/**
 * Lets npm install modules for Lambda's platform, in a folder of its own, and returns all files of them.
 *
 * @returns paths of the files, by their names in the package
 * @throws Error with npm's own words
 */
export async function installForLambda(
  modules: string[],
  architecture: keyof typeof processors,
): Promise<Record<string, string>> {
  if (modules.length === 0) return {};
  const folder = mkdtempSync(join(tmpdir(), "lambda-modules-"));
  // The files are read when the program has been evaluated, so the folder stays until then.
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const dependencies = Object.fromEntries(modules.map(versionOf));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  const platform = ["--os=linux", `--cpu=${processors[architecture]}`, "--libc=glibc"];
  const quiet = ["--omit=dev", "--no-audit", "--no-fund", "--no-package-lock", "--no-bin-links"];
  try {
    await promisify(execFile)("npm", ["install", ...platform, ...quiet], { cwd: folder });
  } catch (error) {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    const reason = stderr.split("\n").find((line) => /npm error/i.test(line)) ?? message;
    throw new Error(`npm could not install ${modules.join(", ")} for Lambda: ${reason}`, { cause: error });
  }
  return Object.fromEntries(filesIn(join(folder, "node_modules")).map((path) => [nameIn(folder, path), path]));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== ".package-lock.json")
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

const nameIn = (folder: string, path: string): string => relative(folder, path).split(sep).join("/");

/** The version that was asked for, else the one that the program has. */
function versionOf(module: string): [name: string, version: string] {
  const [, name = module, version] = /^(@?[^@]+)@(.+)$/.exec(module) ?? [];
  if (version !== undefined) return [name, version];
  try {
    const require = createRequire(join(process.cwd(), "package.json"));
    return [name, (require(`${name}/package.json`) as { version: string }).version];
  } catch {
    return [name, "latest"];
  }
}

/** Names of the modules without their versions. */
export const namesOf = (modules: string[]): string[] => modules.map((module) => module.replace(/(?!^)@.*$/, ""));

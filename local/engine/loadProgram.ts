import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { StackConfig } from "./config";
import { isModule } from "./mainFile";
import { loadTypeScript, loadTypeScriptModules } from "./typescript";

/**
 * Loads a program as the Pulumi CLI does, which runs it.
 *
 * @returns what it exports; a function that it exports instead is called, and what that one returns counts
 */
export async function loadProgram({
  main,
  folder,
  typescript,
}: Pick<StackConfig, "main" | "folder" | "typescript">): Promise<Record<string, unknown>> {
  prepareToLoad({ main, folder, typescript });
  const exported: unknown = isModule(main) ? await loadModule(main) : createRequire(__filename)(main);
  const outputs = typeof exported === "function" ? await (exported as () => unknown)() : exported;
  return { ...(outputs as Record<string, unknown>) };
}

/** Lets Node load the program's TypeScript, once in a process. */
export function prepareToLoad({ main, folder, typescript }: Pick<StackConfig, "main" | "folder" | "typescript">): void {
  if (typescript === false || prepared.has(main)) return;
  if (!main.endsWith("ts") && !existsSync(join(folder, "tsconfig.json"))) return;
  if (isModule(main)) loadTypeScriptModules(folder, typescript);
  else loadTypeScript(folder, typescript);
  prepared.add(main);
}

const prepared = new Set<string>();

async function loadModule(file: string): Promise<unknown> {
  const exported = (await import(pathToFileURL(file).href)) as { default?: unknown };
  return exported.default ?? exported;
}

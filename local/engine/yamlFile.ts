import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LineCounter, parseDocument } from "yaml";

/**
 * Reads a file of the project that holds a mapping. An empty file gives an empty mapping.
 *
 * @throws Error that names the file, and the line when it is not valid YAML
 */
export async function readYamlFile(folder: string, name: string): Promise<Record<string, unknown>> {
  const text = await readFile(join(folder, name), "utf8").catch(async () => {
    throw new Error(await missing(folder, name));
  });
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw new Error(`${name}:${line}:${col} is not valid YAML: ${error.message.replace(/\.$/, "")}.`);
  }
  return mappingOf(document.toJS(), name);
}

/** @throws Error when the value is not a mapping and not empty */
export function mappingOf(value: unknown, what: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${what} is ${JSON.stringify(value)}, but it has to be keys with values, such as "name: sample".`);
}

async function missing(folder: string, name: string): Promise<string> {
  const files = await readdir(folder).catch(() => []);
  if (name === "Pulumi.yaml") {
    return `There is no ${name} in ${folder}: run this in the folder of a Pulumi program, or name one with --program.`;
  }
  const stacks = files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  const remedy =
    stacks.length === 0 ? "add this file" : `add this file, or use one of its stacks: ${stacks.join(", ")}`;
  return `There is no ${name} in ${folder}: ${remedy}.`;
}

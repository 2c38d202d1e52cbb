import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** What a program is run with: the project's name and the stack's configuration. */
export interface Configuration {
  project: string;
  /** Values by full key, such as `aws:region`; what is not a text is JSON, as the Pulumi CLI passes it. */
  values: Record<string, string>;
  region: string;
}

interface ProjectFile {
  name: string;
  config?: Record<string, { default?: unknown }>;
}

interface StackFile {
  config?: Record<string, unknown>;
}

/**
 * Reads Pulumi.yaml and Pulumi.<stack>.yaml of a folder, and fills in the defaults of the project's configuration.
 *
 * @throws Error when a file is missing, a key without a default has no value, or a value is encrypted
 */
export function readConfiguration(folder: string, stack: string): Configuration {
  const { name: project, config: schema = {} } = read(folder, "Pulumi.yaml") as ProjectFile;
  const file = `Pulumi.${stack}.yaml`;
  const { config: given = {} } = (read(folder, file) ?? {}) as StackFile;
  const values: Record<string, string> = {};
  for (const [key, { default: value }] of Object.entries(schema)) {
    const fullKey = key.includes(":") ? key : `${project}:${key}`;
    const chosen = given[fullKey] ?? value;
    if (chosen === undefined) throw new Error(`${file}: ${fullKey} is missing, and Pulumi.yaml has no default for it: set it.`);
    values[fullKey] = textOf(chosen);
  }
  for (const [key, value] of Object.entries(given)) {
    if (typeof value === "object" && value !== null && "secure" in value) {
      throw new Error(`${file}: ${key} is encrypted, and only the Pulumi CLI can decrypt it: use a stack without it here.`);
    }
    values[key] = textOf(value);
  }
  return { project, values, region: values["aws:region"] ?? "us-east-1" };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function read(folder: string, file: string): unknown {
  try {
    return parse(readFileSync(join(folder, file), "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

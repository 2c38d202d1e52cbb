import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

/** What the CLI tells a program about its stack. */
export interface StackConfig {
  project: string;
  stack: string;
  /** The folder that contains Pulumi.yaml. */
  folder: string;
  /** Path of the program's main file. */
  main: string;
  /** Values as text, by full key such as `aws:region`. */
  values: Record<string, string>;
  /** Full keys of the secret values. */
  secretKeys: string[];
}

interface ProjectFile {
  name: string;
  main?: string;
  config?: Record<string, ConfigDeclaration>;
}

/** A full declaration, or only a value. */
type ConfigDeclaration =
  { type?: string; default?: unknown; value?: unknown; secret?: boolean } | string | number | boolean;

/**
 * Reads a stack's configuration as the CLI does: values from the stack's file, and defaults from Pulumi.yaml.
 *
 * @param overrides values by key, which replace the values of both files
 * @throws Error that names the file and the key when a value cannot be used
 */
export async function readStackConfig(
  folder: string,
  stack: string,
  overrides: Record<string, string> = {},
): Promise<StackConfig> {
  const project = (await readYaml(folder, "Pulumi.yaml")) as unknown as ProjectFile;
  const file = `Pulumi.${stack}.yaml`;
  const stackFile = (await readYaml(folder, file)) as { config?: Record<string, unknown> | null };
  const fullKey = (key: string) => (key.includes(":") ? key : `${project.name}:${key}`);

  const values: Record<string, string> = {};
  const secretKeys: string[] = [];
  const given = new Map(Object.entries(stackFile.config ?? {}).map(([key, value]) => [fullKey(key), value]));
  for (const [key, value] of Object.entries(overrides)) values[fullKey(key)] = value;
  for (const [key, value] of given) {
    if (isEncrypted(value)) secretKeys.push(key);
    values[key] ??= textOf(value, key, file);
  }

  for (const [key, declaration] of Object.entries(project.config ?? {})) {
    const name = fullKey(key);
    const { type, secret, ...rest } = typeof declaration === "object" ? declaration : { value: declaration };
    const fallback = rest.default ?? rest.value;
    if (secret) secretKeys.push(name);
    if (name in values) checkType(name, values[name] ?? "", type, stack);
    else if (fallback !== undefined) values[name] = textOf(fallback, name, "Pulumi.yaml");
    else throw new Error(`The stack ${stack} lacks a value for ${name}: set it with \`pulumi config set ${key}\`.`);
  }
  return { project: project.name, stack, folder, main: join(folder, project.main ?? "index.ts"), values, secretKeys };
}

async function readYaml(folder: string, name: string): Promise<Record<string, unknown>> {
  const text = await readFile(join(folder, name), "utf8").catch(() => {
    throw new Error(
      `There is no ${name} in ${folder}: run from the folder with Pulumi.yaml, and name a stack that has a file there.`,
    );
  });
  return (parse(text) ?? {}) as Record<string, unknown>;
}

/** Pulumi passes each value to the program as text, and lists and objects as JSON. */
function textOf(value: unknown, key: string, file: string): string {
  if (isEncrypted(value)) {
    throw new Error(
      `${key} in ${file} is encrypted, and only the Pulumi CLI can decrypt it: give its value for this run with \`--config ${key}=<value>\`.`,
    );
  }
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

const typeChecks: Record<string, RegExp> = {
  integer: /^-?\d+$/,
  number: /^-?[\d.]+$/,
  boolean: /^(true|false)$/,
  array: /^\[/,
};

function checkType(key: string, value: string, type: string | undefined, stack: string): void {
  const check = typeChecks[type ?? ""];
  if (check === undefined || check.test(value)) return;
  throw new Error(
    `${key} of the stack ${stack} is "${value}", but Pulumi.yaml declares it to be of type ${type ?? ""}.`,
  );
}

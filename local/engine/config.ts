import { join } from "node:path";
import { nearest } from "../nearest";
import { type ProjectFile, readProjectFile } from "./projectFile";
import { mappingOf, readYamlFile } from "./yamlFile";

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

/**
 * Reads a stack's configuration as the CLI does: values from the stack's file, and defaults from Pulumi.yaml.
 *
 * @param overrides values by key, which replace the values of both files
 * @param undeclared keys that the program knows but that Pulumi.yaml does not declare
 * @throws Error that names the file and the key when a value cannot be used
 */
export async function readStackConfig(
  folder: string,
  stack: string,
  overrides: Record<string, string> = {},
  undeclared: string[] = [],
): Promise<StackConfig> {
  const project = await readProjectFile(folder);
  const file = `Pulumi.${stack}.yaml`;
  const stackFile = mappingOf((await readYamlFile(folder, file)).config, `config in ${file}`);
  const fullKey = (key: string) => (key.includes(":") ? key : `${project.name}:${key}`);

  const values: Record<string, string> = {};
  const secretKeys: string[] = [];
  const given = new Map(Object.entries(stackFile).map(([key, value]) => [fullKey(key), value]));
  checkKeys(Object.keys(overrides), project, [...undeclared, ...Object.keys(stackFile)]);
  for (const [key, value] of Object.entries(overrides)) values[fullKey(key)] = value;
  for (const [key, value] of given) {
    if (isEncrypted(value)) secretKeys.push(key);
    values[key] ??= textOf(value, key, file);
  }

  for (const [key, { type, secret, ...declaration }] of Object.entries(project.config)) {
    const name = fullKey(key);
    const fallback = declaration.default ?? declaration.value;
    if (secret) secretKeys.push(name);
    if (name in values) checkType(name, values[name] ?? "", type, stack);
    else if (fallback !== undefined) values[name] = textOf(fallback, name, "Pulumi.yaml");
    else throw new Error(`The stack ${stack} lacks a value for ${name}: set it with \`pulumi config set ${key}\`.`);
  }
  return { project: project.name, stack, folder, main: join(folder, project.main), values, secretKeys };
}

/** @throws Error that names a key that is unknown, and the known key that is most like it */
function checkKeys(given: string[], project: ProjectFile, others: string[]): void {
  const shortKey = (key: string) => key.replace(`${project.name}:`, "");
  const known = new Set(["aws:region", ...Object.keys(project.config), ...others].map(shortKey));
  const unknown = given.find((key) => !known.has(shortKey(key)));
  if (unknown === undefined) return;
  const guess = nearest(shortKey(unknown), [...known]);
  const remedy = guess === undefined ? `use one of ${[...known].join(", ")}.` : `did you mean "${guess}"?`;
  throw new Error(`The configuration key "${unknown}" is unknown to the program: ${remedy}`);
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

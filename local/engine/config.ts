import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { nearest } from "../nearest";
import { mainFile } from "./mainFile";
import { type ProjectFile, readProjectFile } from "./projectFile";
import { mappingOf, readYamlFile } from "./yamlFile";

const usualStack = "dev";

/** What the CLI tells a program about its stack. */
export interface StackConfig {
  project: string;
  stack: string;
  /** The folder that the program runs in: that of its main file. */
  folder: string;
  /** Path of the program's main file. */
  main: string;
  /** The configuration of the compiler that Pulumi.yaml names, if any; false for a program that is no TypeScript. */
  typescript?: string | false | undefined;
  /** Values as text, by full key such as `aws:region`. */
  values: Record<string, string>;
  /** Full keys of the secret values. */
  secretKeys: string[];
}

/**
 * Reads a stack's configuration as the CLI does: values from the stack's file, and defaults from Pulumi.yaml.
 *
 * @param stack the stack; undefined for a project without any, which has only the values of Pulumi.yaml
 * @param overrides values by key, which replace the values of both files
 * @param undeclared keys that the program knows but that Pulumi.yaml does not declare; undefined where nobody knows them, so that
 *   every key is taken
 * @throws Error that names the file and the key when a value cannot be used
 */
export async function readStackConfig(
  folder: string,
  stack: string | undefined,
  overrides: Record<string, string> = {},
  undeclared?: string[],
): Promise<StackConfig> {
  const project = await readProjectFile(folder);
  const file = `Pulumi.${stack ?? usualStack}.yaml`;
  const stackFile =
    stack === undefined ? {} : mappingOf((await readYamlFile(folder, file)).config, `config in ${file}`);
  const fullKey = (key: string) => (key.includes(":") ? key : `${project.name}:${key}`);

  const values: Record<string, string> = {};
  const secretKeys: string[] = [];
  const given = new Map(Object.entries(stackFile).map(([key, value]) => [fullKey(key), value]));
  if (undeclared !== undefined) {
    checkKeys(Object.keys(overrides), project, [...undeclared, ...Object.keys(stackFile)]);
  }
  for (const [key, value] of Object.entries(overrides)) values[fullKey(key)] = value;
  for (const [key, value] of given) {
    if (isEncrypted(value)) secretKeys.push(key);
    values[key] ??= textOf(value, key, file);
  }

  for (const [key, { type, secret, ...declaration }] of Object.entries(project.config)) {
    const name = fullKey(key);
    const fallback = declaration.default ?? declaration.value;
    if (secret) secretKeys.push(name);
    if (name in values) {
      checkType(name, values[name] ?? "", type, stack ?? usualStack);
    } else if (fallback !== undefined) {
      values[name] = textOf(fallback, name, "Pulumi.yaml");
    } else {
      throw new Error(
        `The stack ${stack ?? usualStack} lacks a value for ${name}: set it with \`pulumi config set ${key}\`.`,
      );
    }
  }
  const main = mainFile(folder, project.main);
  return {
    project: project.name,
    stack: stack ?? usualStack,
    folder: dirname(main),
    main,
    ...(project.typescript !== undefined && { typescript: project.typescript }),
    values,
    secretKeys,
  };
}

/**
 * The stack to run where none is named: `dev`, or the only one that has a file. Undefined for a project without any.
 *
 * @throws Error when there are several to choose from
 */
export async function stackOf(folder: string): Promise<string | undefined> {
  const files = await readdir(folder).catch(() => []);
  const stacks = files.flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  if (stacks.length < 2 || stacks.includes(usualStack)) return stacks.includes(usualStack) ? usualStack : stacks[0];
  throw new Error(
    `The project in ${folder} has the stacks ${stacks.join(", ")}: name one of them, as in --stack ${stacks[0] ?? ""}.`,
  );
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

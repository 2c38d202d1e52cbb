import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fields } from "../base/fields";
import { isRecord, type Validator } from "../base/validator";

/** A folder of migrations, of which not all are wanted. */
export interface MigrationsArgs {
  /** Path of the folder, relative to the folder with Pulumi.yaml. */
  folder: string;
  /**
   * Name of the last migration that the database has to have, such as `003-items.ts`. Those after it are not applied, and those of them
   * that are applied already are taken back by their functions `down`, the last one first. A file with SQL cannot be taken back.
   * @default all of them
   */
  to?: string | undefined;
}

/** A file that is applied once. */
export interface Migration {
  /** The file's name, by which the database knows it. */
  name: string;
  path: string;
  /** SHA-256 of the file. */
  checksum: string;
  /** Whether it is TypeScript, with functions `up` and `down`. */
  isModule: boolean;
  /** False for one that comes after the last one that the program wants. */
  isWanted: boolean;
}

type Given = Fields<{ migrations?: string | MigrationsArgs | undefined }>;

/**
 * The migrations in the folder that the arguments name, in their order: by the number that a name begins with, and by name where that is
 * the same.
 *
 * @throws ArgumentError when there is no such folder, or something else than migrations in it
 */
export function readMigrations(given: Given): Migration[] {
  const value = given.value("migrations");
  if (value === undefined) return [];
  if (typeof value !== "string" && !isRecord(value)) {
    given.refuse("migrations", `${folderRule}, or { folder, to }`);
  }
  const settings = typeof value === "string" ? undefined : given.object<MigrationsArgs>("migrations");
  const folder = settings === undefined ? given.text("migrations", /./, folderRule, "") : folderIn(settings);
  const argument = settings === undefined ? given.name("migrations") : settings.name("folder");
  const names = filesIn(given.check, argument, folder).sort(inOrder);
  const rule =
    "migrations are called such as 002-orders.sql: letters, digits, hyphens, dots and underscores, and .sql or .ts at the end";
  for (const name of names) {
    given.check.matching(`a file in ${argument}`, name, /^\w[\w.-]{0,250}(?<!\.d)\.(sql|ts)$/, rule);
  }
  const to = settings?.text("to", /./, "it must be the name of a file in the folder", undefined);
  settings?.end();
  const last = to === undefined ? names.length - 1 : names.indexOf(to);
  if (last === -1 && to !== undefined) {
    settings?.refuse("to", "there is no such file in the folder: give its whole name");
  }
  return names.map((name, index) => {
    const path = join(folder, name);
    const checksum = createHash("sha256").update(readFileSync(path)).digest("hex");
    return { name, path, checksum, isModule: name.endsWith(".ts"), isWanted: index <= last };
  });
}

const folderRule = "it must be the path of a folder, such as ./migrations";

function folderIn(settings: Fields<MigrationsArgs>): string {
  return settings.text("folder", /./, folderRule, undefined) ?? settings.refuse("folder", folderRule);
}

function filesIn(check: Validator, argument: string, folder: string): string[] {
  try {
    // Files such as .gitkeep are none of ours.
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return check.refuse(argument, folder, "there is no such folder: give its path from the folder with Pulumi.yaml");
  }
}

function inOrder(one: string, other: string): number {
  const [first, second] = [numberOf(one), numberOf(other)];
  if (first !== second) return first < second ? -1 : 1;
  return one < other ? -1 : 1;
}

/** The number that a name begins with. Names without one come last. */
function numberOf(name: string): bigint | number {
  const [digits] = /^\d+/.exec(name) ?? [];
  return digits === undefined ? Infinity : BigInt(digits);
}

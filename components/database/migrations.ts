import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fields } from "../base/fields";

/** A file with SQL that is applied once. */
export interface Migration {
  /** The file's name, by which the database knows it. */
  name: string;
  path: string;
  /** SHA-256 of the file. */
  checksum: string;
}

/**
 * The migrations in the folder that the arguments name, in their order: by the number that a name begins with, and by name where that is
 * the same.
 *
 * @throws ArgumentError when there is no such folder, or something else than SQL in it
 */
export function readMigrations(given: Fields<{ migrations?: string | undefined }>): Migration[] {
  const folder = given.text("migrations", /./, "it must be the path of a folder, such as ./migrations", undefined);
  if (folder === undefined) return [];
  const names = filesIn(given, folder);
  for (const name of names) {
    const rule =
      "migrations are called such as 002-orders.sql: letters, digits, hyphens, dots and underscores, and .sql at the end";
    given.check.matching(`a file in ${given.name("migrations")}`, name, /^\w[\w.-]{0,250}\.sql$/, rule);
  }
  return names.sort(inOrder).map((name) => {
    const path = join(folder, name);
    return { name, path, checksum: createHash("sha256").update(readFileSync(path)).digest("hex") };
  });
}

function filesIn(given: Fields<{ migrations?: string | undefined }>, folder: string): string[] {
  try {
    // Files such as .gitkeep are none of ours.
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return given.refuse("migrations", "there is no such folder: give its path from the folder with Pulumi.yaml");
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

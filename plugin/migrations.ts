import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Migrations in a folder, since the plugin does not know the program's. */
export interface MigrationsFolder {
  path: string;
  /** To be called when the engine has read the files. */
  remove: () => void;
}

/**
 * Writes migrations into a folder. It goes with the plugin's process, if not before.
 *
 * @param texts SQL by the names of the files
 * @throws Error that names a file whose name has a path in it
 */
export function folderOf(texts: Record<string, string>): MigrationsFolder {
  const stray = Object.keys(texts).find((name) => /[\\/]/.test(name));
  if (stray !== undefined) {
    throw new Error(`migrations has "${stray}", but a name has no slashes: write 001-orders.sql.`);
  }
  const path = mkdtempSync(join(tmpdir(), "migrations-"));
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true });
  };
  process.once("exit", remove);
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(path, name), text);
  return { path, remove };
}

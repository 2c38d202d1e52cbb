import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { logger } from "../logger";
import type { ManageEvent } from "./event";
import { refuseLong } from "./longStatements";
import type { Migrating, Pending } from "./migrating";
import { MigrationError } from "./migrationError";
import { type MigrationRecord, readMigrations } from "./migrationRecords";
import { applyModule, undoModule } from "./moduleMigration";
import { MigrationSession } from "./session";
import { applySql } from "./sqlMigration";
import { type Statement, statementsOf } from "./statements";

/** What has become of migrations. */
export interface Migrated {
  migrated: string[];
  undone: string[];
}

/**
 * Takes back the migrations that the program no longer wants, the last one first, and applies those that were not applied yet, one
 * after the other in the order in which they are given.
 *
 * @returns the names of those that were applied and taken back now
 * @throws MigrationError
 */
export async function migrate(
  migrating: Migrating,
  { migrations = {}, undo = [] }: Pick<ManageEvent, "migrations" | "undo">,
): Promise<Migrated> {
  const { server, environment, timeLeft } = migrating;
  const result: Migrated = { migrated: [], undone: [] };
  if (Object.keys(migrations).length === 0 && undo.length === 0) return result;
  const records = await readMigrations(server, environment.DB_NAME);
  const unwanted = undo.filter((name) => records.has(name)).reverse();
  for (const name of unwanted) refuseLasting(name, migrating);
  for (const name of unwanted) records.delete(name);
  const pending: Pending[] = [];
  for (const name of pendingOf(migrations, records)) {
    const statements = isModule(name) ? [] : await statementsIn(join(migrating.folder, name));
    const left = statements.slice(records.get(name)?.statements);
    await refuseLong(server, environment.DB_NAME, name, left, timeLeft());
    pending.push({ name, checksum: migrations[name] ?? "", statements });
  }
  const session = new MigrationSession(environment, timeLeft());
  try {
    for (const name of unwanted) {
      await undoModule(migrating, session, name);
      logger.info("Took a migration back", { name });
      result.undone.push(name);
      session.endFile();
    }
    for (const one of pending) {
      const { name } = one;
      if (isModule(name)) await applyModule(migrating, session, one);
      else await applySql(migrating, session, one, records.get(name));
      logger.info("Applied a migration", { name });
      result.migrated.push(name);
      session.endFile();
    }
  } finally {
    session.close();
  }
  return result;
}

const statementsIn = async (file: string): Promise<Statement[]> => statementsOf(await readFile(file, "utf8"));

const isModule = (name: string): boolean => name.endsWith(".ts");

/** @throws MigrationError when a migration cannot be taken back, before any is */
function refuseLasting(name: string, { modules }: Migrating): void {
  if (typeof modules[name]?.().down === "function") return;
  const reason = isModule(name) ? "it exports no function down" : "a file with SQL has no way back";
  throw new MigrationError(
    `The migration ${name} is applied and comes after the last one that the program wants, but ${reason}: write a new migration that` +
      " changes what it did.",
  );
}

/** @throws MigrationError when a file that was applied has changed, or a new one comes before it */
function pendingOf(migrations: Record<string, string>, records: Map<string, MigrationRecord>): string[] {
  const pending: string[] = [];
  for (const [name, checksum] of Object.entries(migrations)) {
    const record = records.get(name);
    if (record?.isDone !== true) {
      pending.push(name);
    } else if (record.checksum !== checksum) {
      throw new MigrationError(
        `The migration ${name} was applied already, and its file has changed since: put the file back as it was, and write the change` +
          " into a new one.",
      );
    } else if (pending[0] !== undefined) {
      throw new MigrationError(
        `The migration ${pending[0]} is not applied yet, but ${name} after it is: give ${pending[0]} a name that comes after all that` +
          " are applied.",
      );
    }
  }
  return pending;
}

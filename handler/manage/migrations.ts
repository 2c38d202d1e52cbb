import { createHash, type Hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseEnvironment } from "../environment";
import { ConnectionLostError, OutOfTimeError, UsageError } from "../errors";
import { logger } from "../logger";
import { type MigrationRecord, readMigrations, writeMigration } from "./migrationRecords";
import type { Server } from "./server";
import { isOfSession, MigrationSession } from "./session";
import { type Statement, statementsOf } from "./statements";

/** A migration that stops the deployment. What is applied stays recorded, so the next deployment goes on from there. */
export class MigrationError extends UsageError {}

/** Where migrations are applied, and how long there is for it. */
export interface Migrating {
  server: Server;
  environment: DatabaseEnvironment;
  /** Folder of the files. */
  folder: string;
  /** Milliseconds that the invocation has left. */
  timeLeft: () => number;
}

/** Milliseconds before the end of the invocation in which no further statement is begun. */
const reserve = 10_000;
/** Characters of a statement that a message shows. */
const shownLength = 300;

/**
 * Applies the migrations that were not applied yet, one after the other in the order in which they are given.
 *
 * @param migrations the files' SHA-256, by their names
 * @returns the names of those that were applied now
 * @throws MigrationError
 */
export async function migrate(migrating: Migrating, migrations: Record<string, string>): Promise<string[]> {
  const { server, environment, timeLeft } = migrating;
  if (Object.keys(migrations).length === 0) return [];
  const records = await readMigrations(server, environment.DB_NAME);
  const pending = pendingOf(migrations, records);
  const session = new MigrationSession(environment, timeLeft());
  const applied: string[] = [];
  try {
    for (const name of pending) {
      await apply(migrating, session, name, migrations[name] ?? "", records.get(name));
      applied.push(name);
      session.endFile();
    }
  } finally {
    session.close();
  }
  return applied;
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

async function apply(
  { server, environment: { DB_NAME }, folder, timeLeft }: Migrating,
  session: MigrationSession,
  name: string,
  checksum: string,
  record: MigrationRecord = { checksum: "", isDone: false, statements: 0, applied: digestOf(createHash("sha256")) },
): Promise<void> {
  const text = await readFile(join(folder, name), "utf8");
  const statements = statementsOf(text);
  const done = statements.slice(0, record.statements);
  const applied = createHash("sha256");
  for (const { sql } of done) addTo(applied, sql);
  if (done.length < record.statements || digestOf(applied) !== record.applied) {
    throw new MigrationError(
      `The first ${record.statements} statements of the migration ${name} were applied already, and have changed since: put them back` +
        " as they were, and repair the ones after them.",
    );
  }
  for (const { sql } of done.filter((statement) => isOfSession(statement.sql))) await session.run(sql);
  const progress = (count: number, isDone: boolean): Promise<void> =>
    writeMigration(server, DB_NAME, name, {
      checksum,
      isDone,
      statements: count,
      applied: digestOf(applied),
    });
  for (const [index, statement] of [...statements.entries()].slice(done.length)) {
    if (timeLeft() < reserve) {
      throw new MigrationError(
        `The time of the invocation is nearly over, before statement ${index + 1} of ${statements.length} in the migration ${name}:` +
          " deploy again, and it goes on from there.",
      );
    }
    try {
      await session.run(statement.sql);
    } catch (error) {
      throw failure(name, statement, index, statements.length, error);
    }
    addTo(applied, statement.sql);
    // What is not committed yet would be rolled back with a statement after it.
    if (!session.isInTransaction && index + 1 < statements.length) await progress(index + 1, false);
  }
  if (session.isInTransaction) {
    throw new MigrationError(`The migration ${name} ends inside of a transaction: end the file with COMMIT.`);
  }
  await progress(statements.length, true);
  logger.info("Applied a migration", { name, statements: statements.length - done.length });
}

function failure(name: string, { sql, line }: Statement, index: number, count: number, error: unknown): MigrationError {
  const { message, errno, code } = error as { message: string; errno?: number; code?: string };
  const shown = sql.length > shownLength ? `${sql.slice(0, shownLength)}…` : sql;
  const isUnknown = error instanceof ConnectionLostError || error instanceof OutOfTimeError;
  const remedy = isUnknown
    ? "Nobody knows whether it has run: look, and deploy again, which runs it again. What takes longer than Lambda's 15 minutes has to be" +
      " run in another way, for example through the bastion."
    : "What comes before it is applied and will not be run again: repair the file from there, and deploy again.";
  return new MigrationError(
    `The migration ${name} failed at statement ${index + 1} of ${count}, in line ${line}: ${message} (error ${errno ?? code ?? "unknown"}).` +
      ` ${remedy} The statement: ${shown}`,
    { cause: error, errno, code },
  );
}

/** Adds a statement to the hash of those before it. */
const addTo = (hash: Hash, sql: string): Hash => hash.update(sql).update("\0");

/** The hash so far. It goes on afterwards, so that no statement is hashed twice. */
const digestOf = (hash: Hash): string => hash.copy().digest("hex");

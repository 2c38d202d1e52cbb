import { createHash, type Hash } from "node:crypto";
import type { Migrating, Pending } from "./migrating";
import { checkTime, failureOf, MigrationError, shown } from "./migrationError";
import { type MigrationRecord, writeMigration } from "./migrationRecords";
import { isOfSession, type MigrationSession } from "./session";
import type { Statement } from "./statements";

/**
 * Applies a file with SQL, from the first statement that was not applied yet.
 *
 * @throws MigrationError
 */
export async function applySql(
  { server, environment: { DB_NAME }, timeLeft }: Migrating,
  session: MigrationSession,
  { name, checksum, statements = [] }: Pending,
  record: MigrationRecord = { checksum: "", isDone: false, statements: 0, applied: digestOf(createHash("sha256")) },
): Promise<void> {
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
    writeMigration(server, DB_NAME, name, { checksum, isDone, statements: count, applied: digestOf(applied) });
  for (const [index, statement] of [...statements.entries()].slice(done.length)) {
    checkTime(timeLeft, `statement ${index + 1} of ${statements.length} in the migration ${name}`);
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
}

function failure(name: string, { sql, line }: Statement, index: number, count: number, error: unknown): MigrationError {
  const again =
    "What comes before it is applied and will not be run again: repair the file from there, and deploy again.";
  const failed = failureOf(name, `at statement ${index + 1} of ${count}, in line ${line}`, again, error);
  failed.message += ` The statement: ${shown(sql)}`;
  return failed;
}

/** Adds a statement to the hash of those before it. */
const addTo = (hash: Hash, sql: string): Hash => hash.update(sql).update("\0");

/** The hash so far. It goes on afterwards, so that no statement is hashed twice. */
const digestOf = (hash: Hash): string => hash.copy().digest("hex");

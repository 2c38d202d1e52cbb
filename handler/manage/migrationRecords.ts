import { quoted, text } from "./names";
import { bookkeeping, type Server } from "./server";

const table = `${quoted(bookkeeping)}.${quoted("migrations")}`;

/** What is known of a migration that was begun. */
export interface MigrationRecord {
  /** SHA-256 of the file, once all of it is applied; before that, of nothing. */
  checksum: string;
  isDone: boolean;
  /** How many of its statements are applied. */
  statements: number;
  /** SHA-256 of those statements. */
  applied: string;
}

/** The migrations of a database (schema) that were begun, by their names. */
export async function readMigrations(server: Server, database: string): Promise<Map<string, MigrationRecord>> {
  const definition =
    "database_name varchar(64) not null, name varchar(255) not null, checksum char(64) not null, is_done tinyint not null," +
    " statements int not null, applied char(64) not null," +
    " changed_at timestamp not null default current_timestamp on update current_timestamp, primary key (database_name, name)";
  const rows = await server.records<[string, string, string, number, number, string]>(
    "migrations",
    "database_name, name, checksum, is_done, statements, applied",
    definition,
  );
  return new Map(
    rows
      .filter(([of]) => of === database)
      .map(([, name, checksum, isDone, statements, applied]) => [
        name,
        { checksum, isDone: isDone === 1, statements, applied },
      ]),
  );
}

export async function writeMigration(
  server: Server,
  database: string,
  name: string,
  { checksum, isDone, statements, applied }: MigrationRecord,
): Promise<void> {
  await server.run(
    `replace into ${table} (database_name, name, checksum, is_done, statements, applied) values` +
      ` (${text(database)}, ${text(name)}, ${text(checksum)}, ${isDone ? 1 : 0}, ${statements}, ${text(applied)})`,
  );
}

/** Forgets a migration that was taken back. */
export async function deleteMigration(server: Server, database: string, name: string): Promise<void> {
  await server.run(`delete from ${table} where database_name = ${text(database)} and name = ${text(name)}`);
}

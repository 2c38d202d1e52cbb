import { MigrationError, reserve, shown } from "./migrationError";
import { text } from "./names";
import type { Server } from "./server";
import type { Statement } from "./statements";

/**
 * Bytes of a table that a server goes over in a second. It is a guess on the slow side, since nobody knows how much else the server has
 * to do: a gp3 volume reads and writes 125 MB a second.
 */
const bytesPerSecond = 10_000_000;

/** What a program writes before a statement that may take long as far as this file can tell, and does not. */
const anyway = "lambda-rds-proxy: run anyway";

const identifier = "(?:`(?:[^`]|``)+`|[\\w$\\u0080-\\uffff]+)";
const table = `(${identifier}(?:\\s*\\.\\s*${identifier})?)`;
const comments = /^(?:\s|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*(?![!M])[^]*?\*\/)*/;

/** Statements that go over a whole table, with its name. */
const whole = [
  `alter\\s+(?:online\\s+|ignore\\s+)*table\\s+(?:if\\s+exists\\s+)?${table}`,
  `create\\s+(?:or\\s+replace\\s+)?(?:(?:online|unique|fulltext|spatial|vector)\\s+)*index\\s[^(]*?\\son\\s+${table}`,
  `optimize\\s+(?:(?:local|no_write_to_binlog)\\s+)?tables?\\s+${table}`,
  `update\\s+${table}(?![^]*\\bwhere\\b)`,
  `delete\\s+from\\s+${table}(?![^]*\\bwhere\\b)`,
].map((pattern) => new RegExp(`^${pattern}`, "i"));
/** With it, the server does it in an instant, or refuses it in an instant. */
const instant = /\balgorithm\s*=?\s*instant\b/i;

/** The table that a statement goes over, if that can be seen: its database (schema), where it says so, and its name. */
export function tableGoneOver(sql: string): string[] | undefined {
  const [before = ""] = comments.exec(sql) ?? [];
  if (before.includes(anyway) || instant.test(sql)) return undefined;
  const found = whole.map((pattern) => pattern.exec(sql.slice(before.length))?.[1]).find((name) => name !== undefined);
  const parts = found?.match(new RegExp(identifier, "g"));
  return parts?.map((part) => (part.startsWith("`") ? part.slice(1, -1).replaceAll("``", "`") : part));
}

/**
 * Refuses a migration that would most likely take longer than the invocation has, before anything of it is begun: a statement that goes
 * over a very large table.
 *
 * @param milliseconds what the invocation has left
 * @throws MigrationError
 */
export async function refuseLong(
  server: Server,
  database: string,
  name: string,
  statements: Statement[],
  milliseconds: number,
): Promise<void> {
  const seconds = Math.max(0, milliseconds - reserve) / 1_000;
  for (const statement of statements) {
    const parts = tableGoneOver(statement.sql);
    if (parts === undefined) continue;
    const [schema = database, of = schema] = parts.length === 1 ? [database, ...parts] : parts;
    const { bytes, rows } = await sizeOf(server, schema, of);
    if (bytes <= seconds * bytesPerSecond) continue;
    throw new MigrationError(
      `The migration ${name} has in line ${statement.line} a statement that goes over all of ${schema}.${of}, which has` +
        ` ${inUnits(bytes)} in about ${rows.toLocaleString("en")} rows. That may take ${duration(bytes / bytesPerSecond)}, and the invocation` +
        ` has ${duration(seconds)}. Nothing was begun. If the server can do it at once, add` +
        ` ALGORITHM=INSTANT. If not, run it through the bastion and take it out of the file. If you know that it is fast enough, write the` +
        ` comment "-- ${anyway}" before it. The statement: ${shown(statement.sql)}`,
    );
  }
}

/** MySQL would give what it knew about the table up to a day ago. MariaDB takes the hint for a comment. */
async function sizeOf(server: Server, schema: string, table: string): Promise<{ bytes: number; rows: number }> {
  const [[bytes, rows] = []] = await server.rows<[string | number | null, string | number | null]>(
    "select /*+ SET_VAR(information_schema_stats_expiry = 0) */ data_length + index_length, table_rows" +
      ` from information_schema.tables where table_schema = ${text(schema)} and table_name = ${text(table)}`,
  );
  return { bytes: Number(bytes ?? 0), rows: Number(rows ?? 0) };
}

const inUnits = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;

const duration = (seconds: number): string =>
  seconds < 120 ? `${Math.ceil(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`;

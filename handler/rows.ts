import type { QueryOptions, ResultSetHeader, TypeCastField, TypeCastNext } from "mysql2";

/** A row as an object: its values by the names of the columns. */
export type Row = Record<string, unknown>;

/** How values come back. docs/client.md has a table of all types. */
export interface ValueOptions {
  /**
   * BIGINT, and what counts: a `number` where that is exact, else a text; always a text; or always a `bigint`, which JSON and
   * so a Lambda result does not have.
   * @default "number"
   */
  bigints?: "number" | "string" | "bigint" | undefined;
  /**
   * DATETIME and TIMESTAMP: a `Date`, which has milliseconds and is read as UTC; or the database's own text, with all its digits.
   * A DATE has no time and is always a text, such as "2026-11-24".
   * @default "date"
   */
  dates?: "date" | "string" | undefined;
}

/** Options of the connection, so that nothing is lost: DECIMAL always comes as a text. */
export const connectionOptions = ({ bigints = "number", dates = "date" }: ValueOptions) => ({
  supportBigNumbers: true,
  bigNumberStrings: bigints === "string",
  dateStrings: dates === "string" || ["DATE" as const],
  timezone: "Z",
});

/** How statements read values. mysql2 is slower with a function for that, so there is one only where it is needed. */
export const typeCastOf = ({ bigints }: ValueOptions): QueryOptions["typeCast"] =>
  bigints === "bigint" ? readBigint : undefined;

function readBigint(field: TypeCastField, next: TypeCastNext): unknown {
  if (field.type !== "LONGLONG") return next();
  const text = field.string();
  return text === null ? null : BigInt(text);
}

/** Rows of a result. A procedure has several results, of which these are the first one's. */
export function rowsOf(result: unknown, fields: unknown): unknown[] {
  if (!Array.isArray(result)) return [];
  const hasSeveral =
    Array.isArray(fields) && (Array.isArray(fields[0]) || fields[0] === undefined) && fields.length > 0;
  if (!hasSeveral) return result as unknown[];
  return (result.find(Array.isArray) as unknown[] | undefined) ?? [];
}

/** What a statement that writes has done. */
export interface Written {
  /** Number of rows that were inserted, deleted, or matched by an update. */
  affectedRows: number;
  /** The first value that AUTO_INCREMENT has given; 0 when there is none. A text where a number would not be exact. */
  insertId: number | string;
}

/** What the server said about a statement without rows. */
export function written(result: unknown): Written {
  const { affectedRows = 0, insertId = 0 } = result as Partial<ResultSetHeader>;
  return { affectedRows, insertId };
}

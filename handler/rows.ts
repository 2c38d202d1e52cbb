import type { ResultSetHeader, TypeCastField, TypeCastNext } from "mysql2";

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
  // mysql2 is slower with a function, so there is one only where it is needed.
  ...(bigints === "bigint" && { typeCast: readBigint }),
});

function readBigint(field: TypeCastField, next: TypeCastNext): unknown {
  if (field.type !== "LONGLONG") return next();
  const text = field.string();
  return text === null ? null : BigInt(text);
}

/** What mysql2 gives for a statement: rows or a header, and its description of the columns. */
export type Result = [result: unknown, columns: unknown];

/** Rows of a result. A procedure has several results, of which these are the first one's. */
export function rowsOf([result, columns]: Result): unknown[] {
  if (!Array.isArray(result)) return [];
  // Of one result mysql2 gives an array of columns; of several ones an array of such arrays, with holes where there are no rows.
  const hasSeveral = Array.isArray(columns) && columns.length > 0 && (Array.isArray(columns[0]) || !columns[0]);
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
export function written([result]: Result): Written {
  const { affectedRows = 0, insertId = 0 } = result as Partial<ResultSetHeader>;
  return { affectedRows, insertId };
}

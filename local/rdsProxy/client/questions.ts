import type { Question } from "../sql/classification";
import type { LastReply } from "../state/sessionMemory";

/**
 * ROW_COUNT(), FOUND_ROWS() and SHOW WARNINGS ask about the statement before, and only the connection that ran it can
 * answer. AWS says that the first two "sometimes" pin. Here the pool gives the session that connection again if no
 * other session has used it since. Otherwise the proxy answers the plain forms from what the last reply said, and
 * refuses any other form: an error is better than another session's number.
 */
export const unanswerable =
  "The statement asks about the one before it, whose database connection has served another session since; put both into one transaction";

const plainFunction =
  /^\s*select\s+((row_count|found_rows)\s*\(\s*\))(?:\s+(?:as\s+)?([a-z_][a-z0-9_]*|`[^`]+`))?\s*;?\s*$/i;
const plainWarnings = /^\s*show\s+warnings\s*;?\s*$/i;

/** Whether a query is SELECT ROW_COUNT() or SELECT FOUND_ROWS() and nothing else. */
export function isPlainFunction(sql: string): boolean {
  return plainFunction.test(sql);
}

/**
 * Finds the answer in the session's memory. The result is a query to send instead of `sql`, or the reply itself.
 * `clearFirst` means that any connection can answer `sql` once it has run a statement without warnings.
 */
export function answerFromMemory(
  sql: string,
  question: Question,
  last: LastReply,
  savedWarnings: Buffer | undefined,
): { query: string } | { reply: Buffer } | { clearFirst: true } | undefined {
  if (question === "DIAGNOSTICS") {
    if (savedWarnings !== undefined && plainWarnings.test(sql)) return { reply: savedWarnings };
    return last.warnings === 0 ? { clearFirst: true } : undefined;
  }
  const match = plainFunction.exec(sql);
  if (match === null || !(last.simple || (last.failed && question === "ROW_COUNT"))) return undefined;
  const [, expression = "", , alias] = match;
  if (question === "FOUND_ROWS" && last.affectedRows !== -1n) return undefined;
  const value = question === "ROW_COUNT" ? last.affectedRows : BigInt(last.rows);
  return { query: `SELECT ${value} AS ${alias ?? `\`${expression}\``}` };
}

import { Command } from "../protocol/constants";
import { commandPacket } from "../protocol/packets";
import type { Question } from "../sql/classification";
import type { LastReply } from "../state/sessionMemory";

/**
 * ROW_COUNT(), FOUND_ROWS() and SHOW WARNINGS ask about the statement before, which only the connection that ran it can
 * answer. AWS says that the first two "sometimes" pin. Here the pool gives the session that connection again if nobody
 * used it since. Otherwise the plain forms are answered from what the last reply said, and anything else is refused:
 * an error is better than another session's number.
 */
export const UNANSWERABLE =
  "The statement asks about the one before it, whose database connection has served another session since; put both into one transaction";

const plainFunction =
  /^\s*select\s+((row_count|found_rows)\s*\(\s*\))(?:\s+(?:as\s+)?([a-z_][a-z0-9_]*|`[^`]+`))?\s*;?\s*$/i;
const plainWarnings = /^\s*show\s+warnings\s*;?\s*$/i;

/** A query with the answer in it, in the place of `sql`; or the answer itself. */
export function answerFromMemory(
  sql: string,
  question: Question,
  last: LastReply,
  savedWarnings: Buffer | undefined,
): { query: Buffer } | { reply: Buffer } | { clearFirst: true } | undefined {
  if (question === "DIAGNOSTICS") {
    if (savedWarnings && plainWarnings.test(sql)) return { reply: savedWarnings };
    // No warnings: any connection says so, once its own last statement has left none.
    return last.warnings === 0 ? { clearFirst: true } : undefined;
  }
  const match = plainFunction.exec(sql);
  if (!match || !last.simple) return undefined;
  const [, expression = "", , alias] = match;
  if (question === "FOUND_ROWS" && last.affectedRows !== -1n) return undefined;
  const value = question === "ROW_COUNT" ? last.affectedRows : BigInt(last.rows);
  return { query: commandPacket(Command.QUERY, `SELECT ${value} AS ${alias ?? `\`${expression}\``}`) };
}

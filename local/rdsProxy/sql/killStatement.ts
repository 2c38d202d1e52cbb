import type { Effect } from "./classification";
import type { Statement } from "./statement";

/** What KILL asks for, if it names a connection by its number. MariaDB has HARD, SOFT, USER and QUERY ID too. */
export function effectOfKill(statement: Statement): Effect {
  let at = 1;
  if (["hard", "soft"].includes(statement.textAfter(at))) at++;
  const kind = statement.textAfter(at);
  if (kind === "query" || kind === "connection") at++;
  const number = statement.textAfter(at);
  if (!/^\d{1,10}$/.test(number) || statement.textAfter(at + 1) !== "") return {};
  return { kill: { id: Number(number), connection: kind !== "query" } };
}

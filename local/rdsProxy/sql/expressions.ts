import { isBuiltin } from "./builtinFunctions";
import { addEffect, type Classification, type Effect } from "./classification";
import { PinReason } from "./pinReasons";
import type { Statement } from "./statement";
import type { Token } from "./tokenizer";

/** What calls of built-in functions do to the session. */
const functionEffects = new Map<string, Effect>([
  ["get_lock", { pin: PinReason.GET_LOCK }],
  ["lastval", { pin: PinReason.SEQUENCE }],
  ["last_insert_id", { insertId: true }],
  ["row_count", { question: "ROW_COUNT" }],
  ["found_rows", { question: "FOUND_ROWS" }],
]);

/** Statements that may read user variables. Without INTO or an assignment, they do not set one. */
const readingStatements = new Set(["select", "insert", "update", "delete"]);
/** Statements that name accounts as 'name'@'host'. They take no user variables. CREATE USER and its like do so, too. */
const accountStatements = new Set(["grant", "revoke", "drop", "rename", "show"]);
/** Words before the name of a table, which parentheses may follow: `INSERT INTO t (a, b)`, `CREATE TABLE t (...)`. */
const wordsBeforeTables = new Set(["into", "table", "exists", "ignore", "join"]);

/** Adds what the functions and variables in a statement do, wherever they are. */
export function addEffectsOfExpressions(statement: Statement, result: Classification): void {
  const { tokens } = statement;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1]?.text;
    if (token.kind === "userVariable") {
      if (setsUserVariable(statement, index)) addEffect(result, { pin: PinReason.USER_VARIABLE });
    } else if (token.kind === "systemVariable") {
      addEffectOfSystemVariable(token.text, result);
    } else if (token.kind === "word" && token.text === "sql_calc_found_rows") {
      addEffect(result, { pin: PinReason.ROW_FUNCTION });
    } else if (token.kind === "word" && token.text === "returning") {
      // The reply to INSERT ... RETURNING is rows, and those carry no insert id.
      addEffect(result, { insertId: true });
    } else if (token.kind === "word" && token.text === "previous" && next === "value") {
      addEffect(result, { pin: PinReason.SEQUENCE });
    } else if (next === "(" && (token.kind === "word" || token.kind === "quoted")) {
      addEffectOfCall(token.text, tokens[index - 1], result);
    }
  }
}

/** Whether the statement sets the user variable at `index`, or may do so. */
function setsUserVariable(statement: Statement, index: number): boolean {
  const { tokens, start } = statement;
  const head = tokens[start]?.text ?? "";
  const assigned = tokens[index + 1]?.text === ":" && tokens[index + 2]?.text === "=";
  // The table of leading words judges the first variable of a SET statement.
  if (head === "set") return assigned && index > start + 1;
  if (assigned || tokens.slice(Math.max(0, index - 12), index).some(({ text }) => text === "into")) return true;
  const second = tokens[1]?.text;
  const definesAccount = (head === "create" || head === "alter") && (second === "user" || second === "role");
  const namesAccount = (accountStatements.has(head) || definesAccount) && tokens[index - 1]?.kind !== "symbol";
  return !readingStatements.has(head) && !namesAccount;
}

function addEffectOfSystemVariable(name: string, result: Classification): void {
  if (name.endsWith("warning_count") || name.endsWith("error_count")) result.question ??= "DIAGNOSTICS";
  if (name.endsWith("last_insert_id") || name.endsWith("identity")) result.insertId = true;
}

function addEffectOfCall(name: string, previous: Token | undefined, result: Classification): void {
  const effect = functionEffects.get(name);
  if (effect !== undefined) addEffect(result, effect);
  else if (previous?.kind === "word" && wordsBeforeTables.has(previous.text)) return;
  else if (!isBuiltin(name) || previous?.text === ".") addEffect(result, { storedCode: true });
}

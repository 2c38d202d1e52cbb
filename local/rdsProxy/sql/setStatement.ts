import { isTracked } from "../state/trackedVariables";
import type { Effect } from "./classification";
import { PinReason } from "./pinReasons";
import type { Statement } from "./statement";
import type { Token } from "./tokenizer";

export interface SetOptions {
  /** EXCLUDE_VARIABLE_SETS is among the session pinning filters. */
  excludeVariableSets: boolean;
}

const transactionVariables = new Set([
  "transaction_isolation",
  "tx_isolation",
  "transaction_read_only",
  "tx_read_only",
]);

/** What a SET statement does to its session. */
export function effectOfSet(statement: Statement, { excludeVariableSets }: SetOptions): Effect {
  const tokens = statement.tokens.slice(statement.start + 1);
  const schemaCollation = tokens.some(({ text }) => /(?:collation|character_set)_database$/.test(text));
  const tracked = effectOfTrackedSet(tokens);
  if (tracked !== undefined) return { ...tracked, schemaCollation };
  // The filter only takes the pin away. No other session may see what was set.
  if (excludeVariableSets) return { schemaCollation, storedCode: true, variables: true, insertId: true };
  return { schemaCollation, pin: tokens[0]?.kind === "userVariable" ? PinReason.USER_VARIABLE : PinReason.SET };
}

/** The effect of a SET that changes nothing but what the proxy tracks. Undefined for any other SET. */
function effectOfTrackedSet(tokens: readonly Token[]): Effect | undefined {
  const words = tokens.slice(0, 2).map((token) => (token.kind === "word" ? token.text : ""));
  // SET PASSWORD changes an account and nothing in the session.
  if (words[0] === "password") return {};
  if (words[0] === "transaction") return { nextTransactionOnly: true };
  if ((words[0] === "session" || words[0] === "local") && words[1] === "transaction") return { variables: true };
  let nextTransactionOnly = false;
  for (const assignment of splitAssignments(tokens)) {
    const variable = assignedVariable(assignment);
    if (variable === undefined) return undefined;
    // Without a scope, "SET @@transaction_isolation" is for the next transaction, unlike "SET transaction_isolation":
    // https://dev.mysql.com/doc/refman/8.4/en/set-transaction.html
    if (variable.unscoped && transactionVariables.has(variable.name)) nextTransactionOnly = true;
  }
  return { variables: true, nextTransactionOnly };
}

function splitAssignments(tokens: readonly Token[]): Token[][] {
  const assignments: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === "(") depth++;
    if (token.text === ")") depth--;
    if (depth === 0 && token.kind === "symbol" && token.text === ",") assignments.push([]);
    else assignments.at(-1)?.push(token);
  }
  return assignments;
}

/** The tracked variable that an assignment sets. Undefined if it sets anything else. */
function assignedVariable(tokens: Token[]): { name: string; unscoped: boolean } | undefined {
  let [first, ...rest] = tokens;
  if (first?.kind === "systemVariable") {
    const [scope, name = ""] = first.text.includes(".") ? first.text.split(".", 2) : ["", first.text];
    if (scope !== "" && scope !== "session" && scope !== "local") return undefined;
    return isAssignment(rest) && isTracked(name) ? { name, unscoped: scope === "" } : undefined;
  }
  if (first?.kind !== "word") return undefined;
  if (first.text === "names" || first.text === "charset") return { name: first.text, unscoped: false };
  if ((first.text === "character" || first.text === "char") && rest[0]?.text === "set") {
    return { name: "charset", unscoped: false };
  }
  // In MySQL, LOCAL is another word for SESSION: https://dev.mysql.com/doc/refman/8.4/en/set-variable.html. AWS's page
  // on pinning says that SET LOCAL does not pin. It does not say whether that goes beyond the tracked variables.
  if (first.text === "session" || first.text === "local") [first, ...rest] = rest;
  if (first?.kind !== "word" && first?.kind !== "quoted") return undefined;
  return isAssignment(rest) && isTracked(first.text) ? { name: first.text, unscoped: false } : undefined;
}

function isAssignment(tokens: Token[]): boolean {
  return tokens[0]?.text === "=" || (tokens[0]?.text === ":" && tokens[1]?.text === "=");
}

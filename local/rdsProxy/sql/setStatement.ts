import { isTracked } from "../state/trackedVariables";
import type { Token } from "./tokenizer";

export interface SetEffect {
  /** Changes variables that the proxy tracks, and no others. */
  tracked: boolean;
  /** Applies to the next transaction only, so the connection has to stay until that is over. */
  nextTransactionOnly: boolean;
}

const transactionVariables = new Set([
  "transaction_isolation",
  "tx_isolation",
  "transaction_read_only",
  "tx_read_only",
]);

/** What a SET statement (given without its first word) does; undefined when it changes anything that is not tracked. */
export function effectOfSet(tokens: Token[]): SetEffect | undefined {
  const words = tokens.slice(0, 2).map((token) => (token.kind === "word" ? token.text : ""));
  // SET PASSWORD changes an account and nothing of the session.
  if (words[0] === "password") return { tracked: false, nextTransactionOnly: false };
  if (words[0] === "transaction") return { tracked: false, nextTransactionOnly: true };
  if ((words[0] === "session" || words[0] === "local") && words[1] === "transaction") {
    return { tracked: true, nextTransactionOnly: false };
  }
  const effect = { tracked: true, nextTransactionOnly: false };
  for (const assignment of splitAssignments(tokens)) {
    const variable = assignedVariable(assignment);
    if (variable === undefined) return undefined;
    // "SET @@transaction_isolation" without a scope is for the next transaction, unlike "SET transaction_isolation":
    // https://dev.mysql.com/doc/refman/8.4/en/set-transaction.html
    if (variable.unscoped && transactionVariables.has(variable.name)) effect.nextTransactionOnly = true;
  }
  return effect;
}

function splitAssignments(tokens: Token[]): Token[][] {
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

/** The tracked variable that one assignment sets, or undefined. */
function assignedVariable(tokens: Token[]): { name: string; unscoped: boolean } | undefined {
  let [first, ...rest] = tokens;
  if (first?.kind === "systemVariable") {
    const [scope, name] = first.text.includes(".") ? first.text.split(".", 2) : ["", first.text];
    if (scope !== "" && scope !== "session" && scope !== "local") return undefined;
    return isAssignment(rest) && isTracked(name ?? "") ? { name: name ?? "", unscoped: scope === "" } : undefined;
  }
  if (first?.kind !== "word") return undefined;
  if (first.text === "names" || first.text === "charset") return { name: first.text, unscoped: false };
  if ((first.text === "character" || first.text === "char") && rest[0]?.text === "set") {
    return { name: "charset", unscoped: false };
  }
  // LOCAL is another word for SESSION in MySQL: https://dev.mysql.com/doc/refman/8.4/en/set-variable.html. (AWS's page
  // on pinning says that SET LOCAL does not pin, without saying whether it means more than the tracked variables.)
  if (first.text === "session" || first.text === "local") [first, ...rest] = rest;
  if (first?.kind !== "word" && first?.kind !== "quoted") return undefined;
  return isAssignment(rest) && isTracked(first.text) ? { name: first.text, unscoped: false } : undefined;
}

const isAssignment = (tokens: Token[]): boolean =>
  tokens[0]?.text === "=" || (tokens[0]?.text === ":" && tokens[1]?.text === "=");

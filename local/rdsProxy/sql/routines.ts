import type { Token } from "./tokenizer";

const routineKinds = new Set(["procedure", "function", "trigger", "event", "package"]);

/**
 * Whether the statement stores a routine: `CREATE [OR REPLACE] [DEFINER = ...] [AGGREGATE] FUNCTION` and its like. The
 * position of the word counts, since `event` may also be the name of a table or a column.
 */
export function definesRoutine(tokens: readonly Token[]): boolean {
  const head = tokens[0]?.text;
  if (head !== "create" && head !== "alter") return false;
  let at = 1;
  const skip = (...words: string[]): boolean => words.includes(tokens[at]?.text ?? "") && ++at > 0;
  if (skip("or")) skip("replace");
  if (skip("definer") && skip("=")) {
    at++;
    if (tokens[at]?.kind === "userVariable") at++;
    else if (skip("(")) skip(")");
  }
  skip("aggregate");
  return tokens[at]?.kind === "word" && routineKinds.has(tokens[at]?.text ?? "");
}

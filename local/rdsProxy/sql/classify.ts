import { addEffect, type Classification, noEffect } from "./classification";
import { addEffectsOfExpressions } from "./expressions";
import { leadingWords } from "./leadingWords";
import { PinReason } from "./pinReasons";
import { definesRoutine } from "./routines";
import type { SetOptions } from "./setStatement";
import { Statement } from "./statement";
import { type Quoting, splitStatements, tokenize } from "./tokenizer";

export interface ClassifyOptions extends Quoting, SetOptions {
  /** A query may hold several statements (CLIENT_MULTI_STATEMENTS). */
  multiStatements: boolean;
}

/**
 * An executable comment in which a string or another comment begins. Whether the server executes it depends on the
 * server's version, and so does where that string or comment ends. Also two dashes before the byte A0: they begin a
 * comment only before a blank, and this byte is a blank in some character sets only.
 */
const ambiguousComment = /\/\*M?!(?:[^*]|\*(?!\/))*?(?:['"`#]|--|\/\*)|--\xa0/;

/** What the server reads in another way under another SQL mode or character set. */
const readInSeveralWays = /[\\"]|[^\0-\x7f]/;

const remembered = new Map<string, Readonly<Classification>>();
const maxRemembered = 1000;
const maxRememberedLength = 512;

/** Classifies a query. Programs repeat their queries, so the newest short ones are remembered. */
export function classify(sql: string, options: ClassifyOptions): Readonly<Classification> {
  if (sql.length > maxRememberedLength) return examine(sql, options);
  const { multiStatements, excludeVariableSets, backslashEscapes, ansiQuotes } = options;
  const how = (multiStatements ? 1 : 0) + (excludeVariableSets ? 2 : 0) + (backslashEscapes ? 4 : 0);
  const key = `${ansiQuotes ? "a" : ""}${how}${sql}`;
  let classification = remembered.get(key);
  if (classification === undefined) {
    classification = examine(sql, options);
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(key, classification);
  }
  return classification;
}

function examine(sql: string, options: ClassifyOptions): Classification {
  const result = noEffect();
  if (ambiguousComment.test(sql)) result.pin = PinReason.UNKNOWN;
  const [first, ...others] = splitStatements(tokenize(sql, options));
  if (first === undefined) return result;
  // The server stores the body of a routine and does not run it. Without CLIENT_MULTI_STATEMENTS nothing can follow it.
  if (!options.multiStatements && definesRoutine(first)) return result;
  examineStatement(new Statement(first), options, result);
  if (others.length === 0) return result;
  result.several = true;
  // What a later statement asks is about one in the same query, which runs on the same connection.
  const { question } = result;
  for (const tokens of others) examineStatement(new Statement(tokens), options, result);
  result.question = question;
  // After a SET of the SQL mode or the character set, the server may read the other statements in another way.
  if (result.variables && readInSeveralWays.test(sql)) result.pin ??= PinReason.UNKNOWN;
  return result;
}

function examineStatement(statement: Statement, options: ClassifyOptions, result: Classification): void {
  const rules = leadingWords.get(statement.leadingWord ?? "");
  if (rules === undefined) {
    addEffect(result, { pin: PinReason.UNKNOWN });
  } else {
    for (const rule of rules) {
      if (rule.when === undefined || rule.when(statement)) addEffect(result, rule.effect(statement, options));
    }
  }
  addEffectsOfExpressions(statement, result);
}

import { isBuiltin } from "./builtinFunctions";
import { effectOfSet } from "./setStatement";
import { type Quoting, splitStatements, type Token, tokenize } from "./tokenizer";

/** What a statement asks about the statement before it, which only the connection that ran that one can answer. */
export type Question = "ROW_COUNT" | "FOUND_ROWS" | "DIAGNOSTICS";

/** What the proxy has to know about the text of a query before it sends it to some connection. */
export interface Classification {
  /** Why the session must keep its connection from here on. */
  pin?: string;
  /** Tracked variables may have changed: read them back. */
  variables: boolean;
  /** The default schema may have changed: read it back. */
  schema: boolean;
  /** USE, which gives the session the schema's own collation. */
  chosenSchema: boolean;
  /** Sets the default schema's collation to something else than its own. */
  schemaCollation: boolean;
  /** COMMIT or ROLLBACK. */
  endsTransaction: boolean;
  /** The next transaction is to be on this very connection. */
  nextTransactionOnly: boolean;
  /**
   * Runs stored code, which may leave behind what nobody sees from outside. Known limit: triggers are not detected. The
   * text of an INSERT, UPDATE or DELETE does not say whether its table has one, nor does the reply, and a view or a
   * cascade can hide the table; to find out would take questions to the database before each such statement.
   */
  storedCode: boolean;
  /** May change LAST_INSERT_ID() without the reply's telling so. */
  insertId: boolean;
  question?: Question | undefined;
  /** More than one statement, as far as this was looked at. */
  several: boolean;
}

export interface ClassifyOptions extends Quoting {
  /** Several statements in one query are allowed (CLIENT_MULTI_STATEMENTS). */
  multiStatements: boolean;
  /** EXCLUDE_VARIABLE_SETS is among the session pinning filters. */
  excludeVariableSets: boolean;
}

/**
 * The conditions are those of https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html. Where that
 * page is silent, anything that could leave state behind pins; AWS may be more, or less, strict there.
 */
export const PinReason = {
  LONG_STATEMENT: "a statement is longer than 16 KB",
  PREPARED: "a prepared statement",
  LOCK_TABLES: "an explicit table lock",
  GET_LOCK: "a named lock (GET_LOCK)",
  TEMPORARY_TABLE: "a temporary table",
  USER_VARIABLE: "a user variable",
  SET: "a SET statement for something the proxy does not track",
  ROW_FUNCTION: "ROW_COUNT() or FOUND_ROWS() in a larger statement",
  HANDLER: "an open HANDLER",
  XA: "an XA transaction",
  SEQUENCE: "the last value of a sequence",
  UNKNOWN: "a statement the proxy cannot judge",
} as const;

/** Statements that leave nothing behind by themselves. */
const HARMLESS = new Set(
  `select insert update delete replace with table values do show explain describe desc analyze check checksum optimize
  repair truncate rename alter create drop grant revoke begin start commit rollback savepoint release call load kill
  help purge reset change stop install uninstall cache import unlock signal resignal get flush use set lock import`
    .trim()
    .split(/\s+/),
);

const PINNING: Record<string, string> = {
  prepare: PinReason.PREPARED,
  execute: PinReason.PREPARED,
  deallocate: PinReason.PREPARED,
  handler: PinReason.HANDLER,
  xa: PinReason.XA,
  lock: PinReason.LOCK_TABLES,
};

/**
 * Whether the server runs such a comment depends on its version, and with it where a string or a comment inside ends.
 * (A byte that is a blank in some character sets makes a comment of two dashes before it in those only.)
 */
const ambiguousComment = /\/\*M?!(?:[^*]|\*(?!\/))*?(?:['"`#]|--|\/\*)|--\xa0/;

const readInSeveralWays = /[\\"]|[^\0-\x7f]/;

const ROUTINES = new Set(["procedure", "function", "trigger", "event", "package"]);

const remembered = new Map<string, Readonly<Classification>>();
const maxRemembered = 1000;
const maxRememberedLength = 512;

/** Programs repeat their statements, so the newest short ones are remembered. */
export function classify(sql: string, options: ClassifyOptions): Readonly<Classification> {
  if (sql.length > maxRememberedLength) return examine(sql, options);
  const { multiStatements, excludeVariableSets, backslashEscapes, ansiQuotes } = options;
  const how = (multiStatements ? 1 : 0) + (excludeVariableSets ? 2 : 0) + (backslashEscapes ? 4 : 0);
  const key = `${ansiQuotes ? "a" : ""}${how}${sql}`;
  let classification = remembered.get(key);
  if (!classification) {
    classification = examine(sql, options);
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(key, classification);
  }
  return classification;
}

function examine(sql: string, options: ClassifyOptions): Classification {
  const result: Classification = {
    variables: false,
    schema: false,
    chosenSchema: false,
    schemaCollation: false,
    endsTransaction: false,
    nextTransactionOnly: false,
    storedCode: false,
    insertId: false,
    several: false,
  };
  if (ambiguousComment.test(sql)) result.pin = PinReason.UNKNOWN;
  const statements = splitStatements(tokenize(sql, options));
  const [first] = statements;
  // The body of a routine is stored, not run. Without CLIENT_MULTI_STATEMENTS nothing can follow it.
  if (first && !options.multiStatements && definesRoutine(first)) return result;
  result.several = statements.length > 1;
  let question: Question | undefined;
  for (const [index, statement] of statements.entries()) {
    classifyStatement(statement, options, result);
    if (index === 0) question = result.question;
  }
  // A later statement asks about one in the same query, which runs on the same connection.
  result.question = question;
  // A SET of the SQL mode or the character set may have the server read the statements behind it in another way.
  if (result.several && result.variables && readInSeveralWays.test(sql)) result.pin ??= PinReason.UNKNOWN;
  return result;
}

/** `CREATE [OR REPLACE] [DEFINER = ...] [AGGREGATE] FUNCTION` and its like; `event` may also name a table or a column. */
function definesRoutine(tokens: Token[]): boolean {
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
  return tokens[at]?.kind === "word" && ROUTINES.has(tokens[at]?.text ?? "");
}

function classifyStatement(tokens: Token[], options: ClassifyOptions, result: Classification): void {
  const leading = tokens.findIndex((token) => token.text !== "(");
  const head = tokens[leading]?.text ?? "";
  const word = (index: number): string => tokens[leading + index]?.text ?? "";
  const pin = (reason: string): void => {
    result.pin ??= reason;
  };
  if (tokens[leading]?.kind !== "word" || !HARMLESS.has(head)) {
    pin(PINNING[head] ?? PinReason.UNKNOWN);
  } else if (head === "lock") {
    pin(PinReason.LOCK_TABLES);
  } else if (head === "set") {
    classifySet(tokens.slice(leading + 1), options, result, pin);
    return;
  } else if (head === "use") {
    result.schema = result.chosenSchema = true;
  } else if (head === "drop" && (word(1) === "database" || word(1) === "schema")) {
    result.schema = true;
  } else if (head === "create" && tokens.slice(0, 5).some(({ text }) => text === "temporary")) {
    pin(PinReason.TEMPORARY_TABLE);
  } else if (head === "flush" && tokens.some(({ text }) => text === "lock" || text === "export")) {
    pin(PinReason.LOCK_TABLES);
  } else if (head === "begin" && word(1) === "not") {
    pin(PinReason.UNKNOWN);
  } else if (head === "commit" || head === "rollback") {
    result.endsTransaction = true;
    // COMMIT RELEASE: the server closes the connection, which the next session finds out when it asks for a reset.
    if (tokens.some(({ text }) => text === "release")) result.storedCode = true;
  } else if (head === "call") {
    result.storedCode = result.insertId = true;
  } else if (head === "load") {
    result.storedCode = true;
  } else if (head === "get" || (head === "show" && asksForDiagnostics(tokens))) {
    result.question = "DIAGNOSTICS";
  }
  classifyExpressions(tokens, head, result, pin);
}

const asksForDiagnostics = (tokens: Token[]): boolean =>
  tokens.slice(0, 8).some(({ text }) => text === "warnings" || text === "errors");

function classifySet(
  tokens: Token[],
  { excludeVariableSets }: ClassifyOptions,
  result: Classification,
  pin: (reason: string) => void,
): void {
  const effect = effectOfSet(tokens);
  result.schemaCollation ||= tokens.some(({ text }) => /(?:collation|character_set)_database$/.test(text));
  if (effect) {
    result.variables ||= effect.tracked;
    result.nextTransactionOnly ||= effect.nextTransactionOnly;
  } else if (excludeVariableSets) {
    // The filter takes the pin away; what was set must still not reach anybody else.
    result.storedCode = result.variables = result.insertId = true;
  } else {
    pin(tokens[0]?.kind === "userVariable" ? PinReason.USER_VARIABLE : PinReason.SET);
  }
  classifyExpressions(tokens, "set", result, pin);
}

/** Looks for functions and variables with an effect, anywhere in a statement. */
function classifyExpressions(
  tokens: Token[],
  head: string,
  result: Classification,
  pin: (reason: string) => void,
): void {
  // Where 'name'@'host' is an account. Such statements take no user variables.
  const second = tokens[1]?.text ?? "";
  const namesAccounts =
    ["grant", "revoke", "drop", "rename", "show"].includes(head) ||
    ((head === "create" || head === "alter") && (second === "user" || second === "role"));
  const readsVariablesOnly = head === "select" || head === "insert" || head === "update" || head === "delete";
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    const next = tokens[index + 1];
    if (token?.kind === "userVariable") {
      const assigned = next?.text === ":" && tokens[index + 2]?.text === "=";
      const target = tokens.slice(Math.max(0, index - 12), index).some(({ text }) => text === "into");
      const ofAccount = namesAccounts && tokens[index - 1]?.kind !== "symbol";
      if (head !== "set" && (assigned || target || (!readsVariablesOnly && !ofAccount))) pin(PinReason.USER_VARIABLE);
      if (head === "set" && assigned && index > 0) pin(PinReason.USER_VARIABLE);
    } else if (token?.kind === "systemVariable") {
      if (token.text.endsWith("warning_count") || token.text.endsWith("error_count")) result.question ??= "DIAGNOSTICS";
      if (token.text.endsWith("last_insert_id") || token.text.endsWith("identity")) result.insertId = true;
    } else if (token?.kind === "word" && token.text === "sql_calc_found_rows") {
      pin(PinReason.ROW_FUNCTION);
    }
    // INSERT ... RETURNING: the reply is rows, which carry no insert id.
    else if (token?.kind === "word" && token.text === "returning") {
      result.insertId = true;
    } else if (token?.kind === "word" && token.text === "previous" && next?.text === "value") {
      pin(PinReason.SEQUENCE);
    } else if (next?.text === "(" && (token?.kind === "word" || token?.kind === "quoted")) {
      classifyCall(token, tokens[index - 1], result, pin);
    }
  }
}

function classifyCall(
  token: Token,
  previous: Token | undefined,
  result: Classification,
  pin: (reason: string) => void,
): void {
  const name = token.text;
  if (name === "get_lock") pin(PinReason.GET_LOCK);
  else if (name === "lastval") pin(PinReason.SEQUENCE);
  else if (name === "last_insert_id") result.insertId = true;
  else if (name === "row_count") result.question = "ROW_COUNT";
  else if (name === "found_rows") result.question = "FOUND_ROWS";
  else if ((!isBuiltin(name) || previous?.text === ".") && !namesTable(previous)) result.storedCode = true;
}

/** `INSERT INTO t (a, b)`, `CREATE TABLE t (...)`, `... JOIN (` and the like; CREATE TABLE t AS SELECT f() does call. */
const namesTable = (previous: Token | undefined): boolean =>
  previous?.kind === "word" && ["into", "table", "exists", "ignore", "join"].includes(previous.text);

/** What the classifier has to know about a piece of SQL. */
export type TokenKind = "word" | "quoted" | "string" | "number" | "userVariable" | "systemVariable" | "symbol";

export interface Token {
  kind: TokenKind;
  /** The word or variable in lower case (without `@`), the symbol itself, or nothing for a string. */
  text: string;
}

const wordPattern = /[A-Za-z0-9_$\u0080-\uffff]+/y;
const numberPattern = /(?:0x[0-9a-f]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)/iy;
const blank = /[\s\0]+/y;
/** Two dashes begin a comment only before a blank or a control character. */
const lineComment = /(?:#|--(?=[\0-\x20\x7f]|$))[^\n]*/y;
const blockComment = /\/\*(?!M?!)[^]*?(?:\*\/|$)/y;
/** The text of an executable comment is SQL, so the tokenizer leaves out only its two ends. */
const executableComment = /\/\*M?!\d{0,6}/y;
const commentEnd = /\*\//y;
const variableName = /(?:[A-Za-z0-9_.$\u0080-\uffff]|`[^`]*`)*/y;

/** How the server reads quotes under the SQL mode. */
export interface Quoting {
  /** False under NO_BACKSLASH_ESCAPES. */
  backslashEscapes: boolean;
  /** True under ANSI_QUOTES: double quotes are for names, and a backslash in a name is a character like any other. */
  ansiQuotes: boolean;
}

/** Splits SQL text into tokens. Leaves out blanks and comments. */
export function tokenize(sql: string, { backslashEscapes, ansiQuotes }: Quoting): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let executable = false;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(sql)?.[0];
    if (found === undefined || found === "") return undefined;
    at += found.length;
    return found;
  };
  while (at < sql.length) {
    if ((match(blank) ?? match(lineComment) ?? match(blockComment)) !== undefined) continue;
    if (match(executableComment) !== undefined) {
      executable = true;
      continue;
    }
    // Outside of one, the star multiplies and the slash begins a comment: 2 */* two */ 3.
    if (executable && match(commentEnd) !== undefined) {
      executable = false;
      continue;
    }
    const char = sql[at] ?? "";
    if (char === "'" || char === '"' || char === "`") {
      const start = at;
      at = endOfQuoted(sql, at, char, backslashEscapes && (char === "'" || (char === '"' && !ansiQuotes)));
      if (char === "'") tokens.push({ kind: "string", text: "" });
      else tokens.push({ kind: "quoted", text: sql.slice(start + 1, at - 1).toLowerCase() });
    } else if (char === "@") {
      at++;
      tokens.push(variable());
    } else {
      const previous = tokens.at(-1);
      const number = previous?.text === "." ? undefined : match(numberPattern);
      const word = number !== undefined && !continuesAsWord(sql, at) ? undefined : match(wordPattern);
      if (word !== undefined) {
        tokens.push({ kind: "word", text: `${number ?? ""}${word}`.toLowerCase() });
      } else if (number !== undefined) {
        tokens.push({ kind: "number", text: number });
      } else {
        tokens.push({ kind: "symbol", text: char });
        at++;
      }
    }
  }
  return tokens;

  function variable(): Token {
    if (sql[at] === "@") {
      at++;
      return { kind: "systemVariable", text: (match(variableName) ?? "").replaceAll("`", "").toLowerCase() };
    }
    const quote = sql[at];
    if (quote === "'" || quote === '"' || quote === "`") {
      at = endOfQuoted(sql, at, quote, backslashEscapes && quote !== "`");
      return { kind: "userVariable", text: "" };
    }
    return { kind: "userVariable", text: (match(variableName) ?? "").toLowerCase() };
  }
}

function continuesAsWord(sql: string, at: number): boolean {
  wordPattern.lastIndex = at;
  return wordPattern.test(sql);
}

/** The offset behind the closing quote, or the end of the text if there is none. */
function endOfQuoted(sql: string, start: number, quote: string, backslashEscapes: boolean): number {
  for (let at = start + 1; at < sql.length; at++) {
    const char = sql[at];
    if (char === "\\" && backslashEscapes) {
      at++;
    } else if (char === quote) {
      if (sql[at + 1] === quote) at++;
      else return at + 1;
    }
  }
  return sql.length;
}

/** Cuts the tokens at semicolons. Leaves out empty statements. */
export function splitStatements(tokens: Token[]): Token[][] {
  const statements: Token[][] = [];
  let current: Token[] = [];
  for (const token of tokens) {
    if (token.kind === "symbol" && token.text === ";") {
      if (current.length > 0) statements.push(current);
      current = [];
    } else {
      current.push(token);
    }
  }
  if (current.length > 0) statements.push(current);
  return statements;
}

/** What the classifier needs to know about a piece of SQL; blanks and comments are gone. */
export type TokenKind = "word" | "quoted" | "string" | "number" | "userVariable" | "systemVariable" | "symbol";

export interface Token {
  kind: TokenKind;
  /** Lower case for words and variables (without `@`); the character itself for symbols; empty for strings. */
  text: string;
}

const WORD = /[A-Za-z0-9_$\u0080-\uffff]+/y;
const NUMBER = /(?:0x[0-9a-f]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)/iy;
const BLANK = /[\s\0]+/y;
/** A blank or any control character has to follow the two dashes. */
const lineComment = /(?:#|--(?=[\0-\x20\x7f]|$))[^\n]*/y;
const COMMENT = /\/\*(?!M?!)[^]*?(?:\*\/|$)/y;
/** The text of an executable comment is SQL, so only its brackets are dropped. */
const executableComment = /\/\*M?!\d{0,6}/y;
const commentEnd = /\*\//y;
const variableName = /(?:[A-Za-z0-9_.$\u0080-\uffff]|`[^`]*`)*/y;

/** How SQL modes have quotes read. */
export interface Quoting {
  /** False under NO_BACKSLASH_ESCAPES. */
  backslashEscapes: boolean;
  /** ANSI_QUOTES: double quotes are for names, in which a backslash is nothing special. */
  ansiQuotes: boolean;
}

/** Splits SQL text into tokens. */
export function tokenize(sql: string, { backslashEscapes, ansiQuotes }: Quoting): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let executable = false;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(sql)?.[0];
    if (!found) return undefined;
    at += found.length;
    return found;
  };
  while (at < sql.length) {
    if (match(BLANK) ?? match(lineComment) ?? match(COMMENT)) continue;
    if (match(executableComment)) {
      executable = true;
      continue;
    }
    // Elsewhere the two characters are a product and the beginning of a comment: 2 */* two */ 3.
    if (executable && match(commentEnd)) {
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
      const number = previous?.text === "." ? undefined : match(NUMBER);
      const word = number && !continuesAsWord(sql, at) ? undefined : match(WORD);
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
  WORD.lastIndex = at;
  return WORD.test(sql);
}

/** Offset behind the closing quote, or the text's end when there is none. */
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

/** Cuts at top-level semicolons; empty statements are dropped. */
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

/** A statement of a file, as it goes to the server. */
export interface Statement {
  sql: string;
  /** The line of the file that it begins in, from 1. */
  line: number;
}

/**
 * What may stand in a file, in the order in which it is tried: texts and quoted names, which end at the end of the file if nowhere else;
 * comments; the words that change the delimiter; and any other character. `--` begins a comment only before white space.
 */
const token =
  /'(?:[^'\\]|\\[^]|'')*'?|"(?:[^"\\]|\\[^]|"")*"?|`(?:[^`]|``)*`?|(?:--(?=\s|$)|#)[^\n]*|\/\*[^]*?(?:\*\/|$)|[^]/y;
const delimiterLine = /delimiter[ \t]+(\S+)[^\n]*/iy;
/** Characters that begin nothing. They are taken many at a time. */
const plain = /[^'"`#\-/;$\sdD]+/y;

/**
 * Splits a file as the client `mysql` does: at `;`, or at what `DELIMITER` at the beginning of a line says. Comments stay in their
 * statements, because some are for the server, and one that stands alone is no statement.
 */
export function statementsOf(text: string): Statement[] {
  const statements: Statement[] = [];
  let delimiter = ";";
  let start = 0;
  let position = 0;
  // Where the statement's own text begins, without white space and comments before it.
  let first: number | undefined;
  let line = 1;
  let counted = 0;
  const lineAt = (offset: number): number => {
    for (let next = text.indexOf("\n", counted); next !== -1 && next < offset; next = text.indexOf("\n", counted)) {
      line++;
      counted = next + 1;
    }
    return line;
  };
  const end = (at: number): void => {
    if (first !== undefined) statements.push({ sql: text.slice(start, at).trim(), line: lineAt(first) });
    first = undefined;
  };
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    return pattern.exec(text);
  };
  while (position < text.length) {
    const isLineStart =
      first === undefined && /^[ \t]*$/.test(text.slice(text.lastIndexOf("\n", position - 1) + 1, position));
    const changed = isLineStart && /d/i.test(text.charAt(position)) ? match(delimiterLine) : null;
    if (changed !== null) {
      [, delimiter = ";"] = changed;
      position += changed[0].length;
      start = position;
    } else if (text.startsWith(delimiter, position)) {
      end(position);
      position += delimiter.length;
      start = position;
    } else {
      const [found = ""] = match(delimiter === ";" ? plain : token) ?? match(token) ?? [];
      const isComment = /^(--|#|\/\*(?![!+M]))/.test(found) && found.length > 1;
      if (!isComment && /\S/.test(found)) first ??= position;
      position += Math.max(1, found.length);
    }
  }
  end(position);
  return statements;
}

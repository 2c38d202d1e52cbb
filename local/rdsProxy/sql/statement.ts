import type { Token } from "./tokenizer";

/** One statement of a query, cut into tokens. */
export class Statement {
  /** Where the leading word is: behind the parentheses of `(SELECT ...) UNION ...`. */
  readonly start: number;

  constructor(readonly tokens: readonly Token[]) {
    this.start = tokens.findIndex((token) => token.text !== "(");
  }

  /** The leading word, or undefined if the statement does not begin with a word. */
  get leadingWord(): string | undefined {
    const first = this.tokens[this.start];
    return first?.kind === "word" ? first.text : undefined;
  }

  /** The text of the token that follows the leading word at this distance. */
  textAfter(distance: number): string {
    return this.tokens[this.start + distance]?.text ?? "";
  }

  /** Whether one of the words is among the first `limit` tokens. */
  mentions(words: readonly string[], limit = this.tokens.length): boolean {
    return this.tokens.slice(0, limit).some(({ text }) => words.includes(text));
  }
}

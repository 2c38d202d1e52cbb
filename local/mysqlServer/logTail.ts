import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const maxLines = 8;

/** Keeps the last lines that a server wrote, for the error message when the server fails. */
export class LogTail {
  private readonly lines: string[] = [];

  /** @param onLine receives each line as soon as the server writes it */
  constructor(stream: Readable, onLine: (line: string) => void = () => undefined) {
    createInterface(stream).on("line", (line) => {
      // Notes do not explain a failure.
      if (!/\[(Note|System)\]/.test(line)) this.lines.push(line);
      if (this.lines.length > maxLines) this.lines.shift();
      onLine(line);
    });
  }

  /** Makes an error whose message ends with these lines. */
  error(what: string): Error {
    return new Error(`${what}; its log ends with:\n${this.lines.map((line) => `  ${line}`).join("\n")}`);
  }
}

import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const kept = 8;

/** The last lines that a server wrote, for the day it dies. */
export class LogTail {
  private readonly lines: string[] = [];

  /** @param onLine is told every line as it comes */
  constructor(stream: Readable, onLine: (line: string) => void = () => undefined) {
    createInterface(stream).on("line", (line) => {
      // What went well explains nothing.
      if (!/\[(Note|System)\]/.test(line)) this.lines.push(line);
      if (this.lines.length > kept) this.lines.shift();
      onLine(line);
    });
  }

  /** An error that ends with those lines. */
  error(what: string): Error {
    return new Error(`${what}; its log ends with:\n${this.lines.map((line) => `  ${line}`).join("\n")}`);
  }
}

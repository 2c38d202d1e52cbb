import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { architecture } from "./architecture";
import { sequence } from "./sequence";

/** Where the texts of the sequences are, and all pictures. */
export const folder = join(__dirname, "../../docs/pictures");

/** The pictures that follow from the program and from texts: path and content of each. */
export async function files(): Promise<[path: string, content: string][]> {
  const texts = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  const sequences = texts.map((name): [string, string] => [
    join(folder, name.replace(/txt$/, "svg")),
    sequence(readFileSync(join(folder, name), "utf8")),
  ]);
  return [[join(folder, "architecture.svg"), await architecture()], ...sequences];
}

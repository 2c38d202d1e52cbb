/** `npm run pictures`: draws the pictures in docs/pictures/ anew. `npm run pictures -- terminal` records `npm start` as well. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { files, folder } from "./files";
import { terminal } from "./terminal";

async function main(): Promise<void> {
  for (const [path, content] of await files()) writeFileSync(path, content);
  if (process.argv.includes("terminal")) writeFileSync(join(folder, "terminal.svg"), await terminal());
}

void main();

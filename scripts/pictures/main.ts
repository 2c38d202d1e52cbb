/** `npm run pictures`: draws the pictures in docs/pictures/ anew. `npm run pictures -- terminal page` records `npm start` and the live page as well. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { files, folder } from "./files";
import { livePage } from "./livePage";
import { terminal } from "./terminal";

async function main(): Promise<void> {
  for (const [path, content] of await files()) writeFileSync(path, content);
  if (process.argv.includes("page")) await livePage();
  if (process.argv.includes("terminal")) writeFileSync(join(folder, "terminal.svg"), await terminal());
}

void main();

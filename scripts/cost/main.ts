/** `npm run cost`: what stacks cost in a month, and because of what. `npm run cost -- --write` writes it to README and docs/. */
import { writeFileSync } from "node:fs";
import { files } from "./files";
import { page } from "./report";

if (process.argv.includes("--write")) {
  for (const [path, text] of files()) writeFileSync(path, text);
} else {
  console.log(page());
}

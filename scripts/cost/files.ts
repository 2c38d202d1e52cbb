import { readFileSync } from "node:fs";
import { join } from "node:path";
import { page, summary } from "./report";

const folder = join(__dirname, "../..");

/** Between these two comments README has the summary. */
const marks = ["<!-- written by npm run cost -->", "<!-- end -->"] as const;

/** The files with costs in them, by their paths, as they should be. */
export function files(): Map<string, string> {
  const readme = join(folder, "README.md");
  return new Map([
    [join(folder, "docs/costs.md"), page()],
    [readme, withSummary(readFileSync(readme, "utf8"))],
  ]);
}

function withSummary(readme: string): string {
  const [begin, end] = marks;
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from === -1 || to < from) throw new Error(`README.md has no ${begin} … ${end}`);
  return `${readme.slice(0, from)}${begin}\n\n${summary()}\n\n${readme.slice(to)}`;
}

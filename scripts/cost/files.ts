import { readFileSync } from "node:fs";
import { join } from "node:path";
import { page, summary } from "./report";

const folder = join(__dirname, "../..");

/** Between these two comments each README has the summary. */
const marks = ["<!-- written by npm run cost -->", "<!-- end -->"] as const;

/** Headings of the summary in each README. Undefined for those of docs/costs.md. */
const headings = {
  "README.md": undefined,
  "README.ja.md": ["スタック", "設定", "月額(ドル)", "うち RDS Proxy"],
};

/** The files with costs in them, by their paths, as they should be. */
export function files(): Map<string, string> {
  const readmes = Object.entries(headings).map(([name, texts]): [string, string] => {
    const readme = join(folder, name);
    return [readme, withSummary(readFileSync(readme, "utf8"), summary(texts))];
  });
  return new Map([[join(folder, "docs/costs.md"), page()], ...readmes]);
}

function withSummary(readme: string, text: string): string {
  const [begin, end] = marks;
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from === -1 || to < from) throw new Error(`README.md has no ${begin} … ${end}`);
  return `${readme.slice(0, from)}${begin}\n\n${text}\n\n${readme.slice(to)}`;
}

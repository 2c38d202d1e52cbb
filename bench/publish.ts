import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";

const DOCS = join(__dirname, "../docs");

/** What becomes of a benchmark's results: their figures, a chart and a page in docs/, all of that name. */
export interface Publication<R> {
  name: string;
  chart: (results: R) => string;
  page: (results: R) => string;
}

/** Measures everything anew; with `--redraw`, only the page and the chart are made from the last results. */
export async function publish<R>({ name, chart, page }: Publication<R>, measure: () => Promise<R>): Promise<void> {
  const file = (kind: string): string => join(DOCS, `${name}.${kind}`);
  const redraw = process.argv.includes("--redraw");
  const results = redraw ? (JSON.parse(await readFile(file("json"), "utf8")) as R) : await measure();
  await writeFile(file("json"), await format(JSON.stringify(results), { parser: "json", printWidth: 120 }));
  await writeFile(file("svg"), chart(results));
  const text = await format(page(results), { parser: "markdown", printWidth: 120 });
  await writeFile(file("md"), text);
  console.log(text);
}

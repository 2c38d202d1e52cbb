import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";

const docs = join(__dirname, "../docs");

/** How to publish a benchmark's results in docs/: as a file with the figures, a chart and a page, all with the same name. */
export interface Publication<R> {
  name: string;
  chart: (results: R) => string;
  page: (results: R) => string;
}

/** Measures and publishes. With `--redraw` it measures nothing: it makes the page and the chart from the last results. */
export async function publish<R>({ name, chart, page }: Publication<R>, measure: () => Promise<R>): Promise<void> {
  const file = (kind: string): string => join(docs, `${name}.${kind}`);
  const redraw = process.argv.includes("--redraw");
  const results = redraw ? (JSON.parse(await readFile(file("json"), "utf8")) as R) : await measure();
  await writeFile(file("json"), await format(JSON.stringify(results), { parser: "json", printWidth: 120 }));
  await writeFile(file("svg"), chart(results));
  const text = await format(page(results), { parser: "markdown", printWidth: 120 });
  await writeFile(file("md"), text);
  console.log(text);
}

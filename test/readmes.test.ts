import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (name: string): string => readFileSync(join(__dirname, "..", name), "utf8");

/** What must be the same in every language: the shape of the headings, the commands, the code, the tables, the pictures, the links. */
function skeleton(text: string) {
  const blocks = [...text.matchAll(/```(\w*)\n(.*?)```/gs)].map(([, language, code]) => ({ language, code }));
  const prose = text.replace(/```.*?```/gs, "");
  const lines = prose.split("\n");
  return {
    headings: lines.flatMap((line) => /^#+/.exec(line)?.[0] ?? []),
    blocks,
    columnsOfRows: lines.filter((line) => line.startsWith("|")).map((line) => line.split("|").length),
    keys: lines.flatMap((line) => /^\| `(\w+(?::\w+)?)` /.exec(line)?.[1] ?? []),
    bullets: lines.filter((line) => line.startsWith("- ")).length,
    links: [...prose.matchAll(/\]\(([^)]+)\)/g)]
      .map(([, target]) => target)
      .filter((target) => !(target ?? "").startsWith("README"))
      .sort(),
  };
}

describe("README", () => {
  it("has the same headings, commands, tables, pictures and links in Japanese", () => {
    assert.deepEqual(skeleton(read("README.ja.md")), skeleton(read("README.md")));
  });

  it("is shorter than 300 lines", () => {
    for (const name of ["README.md", "README.ja.md"]) assert.ok(read(name).split("\n").length < 300, name);
  });
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { isModule, mainFile } from "../../../local/engine/mainFile";

describe("the main file of a program", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "main-test-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function found(files: Record<string, string>, main?: string): string {
    for (const [name, text] of Object.entries({ "package.json": "{}", ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return relative(folder, mainFile(folder, main));
  }

  for (const [rule, files, main, expected] of [
    ["is the one in Pulumi.yaml", { "index.ts": "", "app.ts": "" }, "app.ts", "app.ts"],
    ["is in the folder in Pulumi.yaml", { "index.ts": "", "src/index.ts": "" }, "src", "src/index.ts"],
    [
      "is the one in package.json",
      { "index.ts": "", "package.json": '{"main":"app.ts"}', "app.ts": "" },
      undefined,
      "app.ts",
    ],
    [
      "is what package.json exports",
      { "package.json": '{"main":"app.js","exports":{".":{"default":"./lib.js"}}}', "app.js": "", "lib.js": "" },
      undefined,
      "lib.js",
    ],
    [
      "is the index where package.json names a missing file",
      { "package.json": '{"main":"x.js"}', "index.ts": "" },
      undefined,
      "index.ts",
    ],
    ["is JavaScript before TypeScript", { "index.ts": "", "index.js": "" }, undefined, "index.js"],
  ] as [string, Record<string, string>, string | undefined, string][]) {
    it(rule, () => {
      assert.equal(found(files, main), expected);
    });
  }

  it("is missing with a sentence that says what to do", () => {
    assert.throws(
      () => found({}),
      /^Error: There is no program in \S+: add index\.ts or index\.js, or name its main file/,
    );
  });

  it("is an ES module by its name, or by the nearest package.json", () => {
    found({ "package.json": '{"type":"module"}', "src/index.ts": "", "old/package.json": "{}" }, "src");
    const is = (name: string) => isModule(join(folder, name));
    assert.deepEqual(["src/index.ts", "old/index.ts", "index.cjs", "old/index.mjs"].map(is), [
      true,
      false,
      false,
      true,
    ]);
  });
});

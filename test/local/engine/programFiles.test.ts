import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageModule } from "../../../components/function/packaging";
import { noteProgramFiles, repack } from "../../../local/engine";

describe("the files of a program", () => {
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "files-test-")));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("are those that Node loads and those that a function's package is made of, which can be made again", async () => {
    const [main, report, text] = ["main.js", "report.js", "text.js"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(main, "exports.main = 1;");
    writeFileSync(report, 'exports.handler = async () => require("./text").text;');
    writeFileSync(text, 'exports.text = "first";');
    const files = noteProgramFiles(false);
    createRequire(__filename)(main);
    await packageModule(report, "handler");
    const { own, isComplete } = files();
    assert.deepEqual([own.sort(), isComplete], [[main, report, text], true]);

    writeFileSync(text, 'exports.text = "second";');
    assert.deepEqual(await repack([main]), []);
    const [made, ...others] = await repack([text]);
    assert.deepEqual(others, []);
    assert.match(made?.before["index.js"] ?? "", /"first"/);
    assert.match(made?.after["index.js"] ?? "", /"second"/);
    assert.doesNotMatch(made?.after["index.js"] ?? "", /"first"/);

    writeFileSync(text, "exports.text = (");
    await assert.rejects(repack([text]), /text\.js:1:\d+: ERROR: Unexpected end of file/);
  });
});

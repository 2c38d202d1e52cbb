import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { files } from "../../scripts/pictures/files";
import { sequence } from "../../scripts/pictures/sequence";

describe("the pictures in docs/", () => {
  it("are as `npm run pictures` draws them from the program and from the texts", async () => {
    for (const [path, content] of await files()) {
      assert.equal(readFileSync(path, "utf8"), content, `${basename(path)}: run npm run pictures`);
    }
  });

  it("refuse a line of a text that names nobody in the picture", () => {
    assert.throws(() => sequence("Title\nA, B\nA -> C: hello"), /"A -> C: hello" names "C", which is none of A, B/);
  });
});

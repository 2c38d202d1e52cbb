import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("The thread that loads a package to see what it exports", () => {
  it("loads nothing that --require lets the program's process load", () => {
    const folder = mkdtempSync(join(tmpdir(), "probe-"));
    try {
      const marker = join(folder, "marker.cjs");
      const loads = join(folder, "loads");
      writeFileSync(marker, `require("node:fs").appendFileSync(${JSON.stringify(loads)}, "x");`);
      const script = `
        const { typeOfHandler } = require(${JSON.stringify(join(process.cwd(), "components/function/probe.ts"))});
        void typeOfHandler({ "index.js": "exports.handler = () => 1;" }).then(console.log);`;
      const loader = join(process.cwd(), "scripts/typescript.cjs");
      const output = execFileSync(process.execPath, ["-r", loader, "-r", marker, "-e", script], { encoding: "utf8" });
      assert.equal(output, "function\n");
      assert.equal(readFileSync(loads, "utf8"), "x");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

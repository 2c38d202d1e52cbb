import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const script = join(process.cwd(), ".github/release.mjs");

describe("a release", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "release-test-"))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function release(tag: string, version: string, changelog = `# Changelog\n\n## ${version}\n`) {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ version }));
    writeFileSync(join(folder, "CHANGELOG.md"), changelog);
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, tag], { cwd: folder, encoding: "utf8" });
    return [status, stdout + stderr];
  }

  it("is what people get who name no version, and a candidate is not", () => {
    assert.deepEqual(release("v1.0.0", "1.0.0"), [0, "tag=latest\n"]);
    assert.deepEqual(release("v1.0.0-rc.0", "1.0.0-rc.0"), [0, "tag=next\n"]);
  });

  it("has the version of its tag", () => {
    const message = 'The tag is "v1.0.1", but package.json has version 1.0.0: tag it v1.0.0.';
    assert.deepEqual(release("v1.0.1", "1.0.0"), [1, `error: ${message}\n`]);
  });

  it("has a section in the changelog", () => {
    const message = 'CHANGELOG.md has no "## 1.0.0": say there what has changed.';
    assert.deepEqual(release("v1.0.0", "1.0.0", "# Changelog\n\n## 1.0.0-rc.0\n"), [1, `error: ${message}\n`]);
  });
});

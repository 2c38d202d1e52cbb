import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { restoreCutOffStates } from "../../../local/cli/cutOffStates";
import { WorkFolder } from "../../../local/cli/workFolder";

describe("a state that an engine was writing when it was killed", () => {
  let project: string;
  let folder: WorkFolder;
  let stacks: string;

  beforeEach(async () => {
    project = mkdtempSync(join(tmpdir(), "cut-off-"));
    folder = await WorkFolder.open(project, "shop");
    stacks = join(folder.state, ".pulumi/stacks/shop");
    mkdirSync(stacks, { recursive: true });
    writeFileSync(join(stacks, "local.json.bak"), '{"before":1}');
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  const stateAfter = async (state: string): Promise<string> => {
    writeFileSync(join(stacks, "local.json"), state);
    await restoreCutOffStates(folder, "shop");
    return readFileSync(join(stacks, "local.json"), "utf8");
  };

  const lockBy = (pid: number): void => {
    const locks = join(folder.state, ".pulumi/locks/organization/shop/local");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "lock.json"), JSON.stringify({ pid }));
  };

  it("is the one before it again", async () => {
    assert.equal(await stateAfter(""), '{"before":1}');
    assert.equal(await stateAfter('{"version":3,"check'), '{"before":1}');
  });

  it("is so although the killed engine has left its lock", async () => {
    lockBy(2 ** 22 + 1);
    assert.equal(await stateAfter(""), '{"before":1}');
  });

  it("is left to an engine that still runs", async () => {
    lockBy(process.pid);
    assert.equal(await stateAfter(""), "");
  });

  it("stays when it is whole", async () => {
    assert.equal(await stateAfter('{"now":2}'), '{"now":2}');
  });

  it("stays when the one before is not whole either", async () => {
    writeFileSync(join(stacks, "local.json.bak"), "");
    assert.equal(await stateAfter(""), "");
  });
});

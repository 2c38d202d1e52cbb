import assert from "node:assert/strict";
import type { StackConfig } from "../../../local/engine";
import { ProgramProcess } from "../../../local/loop/programProcess";
import { Reaper } from "../../../local/reaper";

describe("the process that runs the program", () => {
  let reaper: Reaper;
  before(() => {
    reaper = Reaper.start();
  });
  after(() => reaper.close());

  it("says that it has ended to whoever comes too late, as on Ctrl-C in the middle of a change", async () => {
    const config: StackConfig = {
      project: "test",
      stack: "test",
      folder: "/",
      main: "/index.js",
      values: {},
      secretKeys: [],
    };
    const ended = new ProgramProcess(reaper, config, []);
    await ended.end();
    await assert.rejects(
      ended.run(config, "/", () => Promise.resolve({})),
      { message: "The process of the program has ended with SIGKILL." },
    );
    assert.deepEqual(await ended.repack(["/report.js"]), []);
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Reaper } from "../../../local/reaper";
import { eventually, isRunning } from "../support";

/** A program that starts a reaper, writes a file, starts two children, stops one of them, and prints their ids. */
const program = `
  const { Reaper } = require(${JSON.stringify(join(__dirname, "../../../local/reaper"))});
  const { spawn } = require("node:child_process");
  const reaper = Reaper.start();
  require("node:fs").writeFileSync(reaper.folder + "/file", "");
  const children = [1, 2].map(() => spawn("sleep", ["600"], { detached: true, stdio: "ignore" }));
  children.forEach((child) => reaper.watch(child));
  process.kill(children[1].pid, "SIGSTOP");
  console.log(JSON.stringify({ folder: reaper.folder, pids: children.map((child) => child.pid) }));
`;

async function startProgram() {
  const child = spawn(process.execPath, ["-r", "./scripts/typescript.cjs", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, ...(JSON.parse(line) as { folder: string; pids: number[] }) };
}

describe("the reaper", () => {
  it("kills the processes, including stopped ones, and deletes the folder when the program is killed", async () => {
    const { child, folder, pids } = await startProgram();
    assert.deepEqual(pids.map(isRunning), [true, true]);
    child.kill("SIGKILL");
    await eventually(() => !pids.some(isRunning) && !existsSync(folder));
  });

  it("does the same before it reports that it is done, when the run ends in the regular way", async () => {
    const reaper = Reaper.start();
    writeFileSync(join(reaper.folder, "file"), "");
    const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    const exited = once(child, "exit");
    reaper.watch(child);
    await reaper.close();
    assert.equal(existsSync(reaper.folder), false);
    assert.deepEqual(await exited, [null, "SIGKILL"]);
  });

  it("leaves the id of an ended process alone, since another process may have it by then", async () => {
    const reaper = Reaper.start();
    const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    const exited = once(child, "exit");
    reaper.watch(child);
    // The exit is not real: the process runs on, and plays the part of another process with the same id.
    child.emit("exit", 0, null);
    await exited;
    await reaper.close();
    assert.ok(isRunning(child.pid ?? 0));
    child.kill("SIGKILL");
  });
});

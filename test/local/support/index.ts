import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The variables that Node itself gives to every child process while it measures coverage, and otherwise none. */
export const variablesOfCoverage = process.env.NODE_V8_COVERAGE === undefined ? [] : ["NODE_V8_COVERAGE"];

/** Waits for something that has no event to await, such as the end of a process that is not our child. */
export async function eventually(holds: () => boolean, milliseconds = 5_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`This does not hold after ${milliseconds} ms: ${String(holds)}`);
    await sleep(20);
  }
}

/** Whether a process runs. A zombie does not: it has ended, and only its exit code is still there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // The state follows the command's name, which is in brackets and may contain spaces.
    return !existsSync("/proc/self/stat") || !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

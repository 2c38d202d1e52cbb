import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits for something of which there is no event to await, such as what a process that is not our child does. */
export async function eventually(holds: () => boolean, milliseconds = 5_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Still not so after ${milliseconds} ms: ${String(holds)}`);
    await sleep(20);
  }
}

/** Whether a process runs. One that has ended but that nobody has asked about yet (a zombie) does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // The state follows the command's name, which is in brackets and may hold spaces.
    return !existsSync("/proc/self/stat") || !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

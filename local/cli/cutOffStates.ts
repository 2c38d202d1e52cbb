import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { WorkFolder } from "./workFolder";

/**
 * An engine that is killed while it writes a state leaves half a file, and then no command of the CLI works any more. The engine keeps the
 * state before beside it. Whatever it was doing then is in that one as a pending operation. So that one takes its place.
 */
export async function restoreCutOffStates(folder: WorkFolder, projectName: string): Promise<void> {
  const stacks = join(folder.state, ".pulumi", "stacks", projectName);
  const files = (await readdir(stacks).catch(() => [])).filter((file) => file.endsWith(".json"));
  for (const file of files) {
    const [state, before] = [join(stacks, file), join(stacks, `${file}.bak`)];
    if ((await isWhole(state)) || !(await isWhole(before))) continue;
    if (await isInUse(join(folder.state, ".pulumi", "locks", "organization", projectName, file.slice(0, -5)))) continue;
    await copyFile(before, state);
    // What the backend notes about the file, such as its sum.
    await copyFile(`${before}.attrs`, `${state}.attrs`).catch(() => undefined);
  }
}

async function isWhole(file: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}

/** Whether an engine that runs has locked the stack, and so may be writing the state just now. */
async function isInUse(locks: string): Promise<boolean> {
  for (const file of await readdir(locks).catch(() => [])) {
    const { pid } = JSON.parse(await readFile(join(locks, file), "utf8")) as { pid: number };
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      // That engine has ended.
    }
  }
  return false;
}

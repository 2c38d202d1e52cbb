import assert from "node:assert/strict";
import { join } from "node:path";
import { Account } from "../../../local/account";
import { Deployment, keepProgramFrames, runProgram, silent, type StackOutput } from "../../../local/engine";
import { catalogue } from "../../../local/kinds";
import { withoutStackTraces } from "../../../testing/stackTraces";

const root = join(__dirname, "../../..");

interface RunOptions {
  /** The program's configuration, with lists and objects as JSON. */
  config?: Record<string, string>;
  /** Whether errors have the line of the program that they come from, as with `npm start`. @default false, which is faster */
  programFrames?: boolean;
  /** Is called when the program has ended and its resources still exist. */
  whileUp?: (account: Account) => Promise<void>;
}

/** Runs a program of test/programs/fixtures on the stand-in, and then deletes all its resources. */
export async function runOnStandIn(
  program: string,
  { config = {}, programFrames = false, whileUp }: RunOptions = {},
): Promise<{ outputs: Record<string, StackOutput>; log: string[] }> {
  const stackTraces = programFrames ? withProgramFrames : withoutStackTraces;
  const log: string[] = [];
  const account = await Account.open("ap-northeast-1", (line) => log.push(line));
  const deployment = new Deployment(catalogue, account, silent);
  const main = join(root, "test/programs/fixtures", `${program}.ts`);
  // Loading a program runs it, so an earlier test must not have left it in the cache.
  Reflect.deleteProperty(require.cache, main);
  try {
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [`test:${key}`, value]));
    const stack = { project: "test", stack: "test", folder: root, main, values, secretKeys: [] };
    const outputs = await stackTraces(() => runProgram(stack, deployment));
    await whileUp?.(account);
    return { outputs, log };
  } catch (error) {
    throw Object.assign(error as Error, { log });
  } finally {
    assert.deepEqual(await deployment.destroy(), []);
    await account.close();
  }
}

async function withProgramFrames<T>(run: () => Promise<T>): Promise<T> {
  const restore = keepProgramFrames(root);
  return run().finally(restore);
}

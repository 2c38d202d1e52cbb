import { closeAll } from "../local/rdsProxy/support/harness";
import { emptyServers, leftOut, stopServers } from "../local/rdsProxy/support/servers";

/** Whether this process runs one file after the other. Mocha then ends it after the last, and the servers' reaper stops them. */
const isWorker = process.env.MOCHA_WORKER_ID !== undefined;

export const mochaHooks = {
  /** Runs at the end of each file in a worker, and at the end of all files elsewhere. */
  async afterAll(): Promise<void> {
    await closeAll();
    await (isWorker ? emptyServers() : stopServers());
  },
};

/** Says which tests the run has left out. It runs once, in the process that starts the workers. */
export function mochaGlobalTeardown(): void {
  if (leftOut !== undefined) console.log(`\n  ${leftOut}`);
}

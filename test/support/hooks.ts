import { stopServers } from "../local/rdsProxy/support/harness";

/** Mocha runs the files side by side. At the end of a file, this stops the servers that the file has started. */
export const mochaHooks = { afterAll: stopServers };

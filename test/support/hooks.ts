import { stopServers } from "../local/rdsProxy/support/harness";

/** Files run side by side, in processes that take one file after the other: what a file has started ends with it. */
export const mochaHooks = { afterAll: stopServers };

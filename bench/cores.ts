import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";
import type { Bench } from "./setup";

/**
 * Puts what is between clients and database on the last core, and everything else on the others: as RDS Proxy runs on
 * machines of its own, and takes no CPU from the database. Returns what undoes it for the clients, which are this process.
 */
export async function giveRelayItsOwnCore(bench: Bench): Promise<() => Promise<void>> {
  const last = cpus().length - 1;
  if (last < 1) throw new Error("The benchmark needs two cores or more.");
  const others = `0-${last - 1}`;
  for (const pid of [process.pid, bench.databasePid]) await keepTo(others, pid);
  for (const relay of [bench.proxy, bench.haproxy, bench.bareRelay]) {
    if (relay?.pid) await keepTo(String(last), relay.pid);
  }
  return () => keepTo(`0-${last}`, process.pid);
}

/** With all threads that the process has; those to come follow the one that makes them. */
async function keepTo(cores: string, pid: number): Promise<void> {
  await promisify(execFile)("taskset", ["--all-tasks", "--cpu-list", "--pid", cores, String(pid)]);
}

import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";
import type { Bench } from "./setup";

/**
 * Puts the relays on the last core, and the clients and the database on the others. This is closer to AWS, where RDS Proxy
 * runs on machines of its own and takes no CPU from the database. Returns a function that lets the clients, which are this
 * process, use all cores again.
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

/** Keeps all threads of a process to some cores. A new thread inherits the cores of the thread that creates it. */
async function keepTo(cores: string, pid: number): Promise<void> {
  await promisify(execFile)("taskset", ["--all-tasks", "--cpu-list", "--pid", cores, String(pid)]);
}

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";

/**
 * The watcher's script. It reads orders from a pipe, and only this program holds the other end. So the end of the input
 * means that the program has ended, for whatever reason. SIGKILL also ends processes that are stopped (SIGSTOP). The
 * script tries to delete the folder several times, because a process that was just killed may still have files open.
 */
const watcherScript = `
groups=
while read -r order group; do
  case $order in
    watch) groups="$groups $group" ;;
    forget) rest=; for g in $groups; do [ "$g" = "$group" ] || rest="$rest $g"; done; groups=$rest ;;
  esac
done
for g in $groups; do kill -s KILL -- "-$g" || kill -s KILL "$g"; done
tries=0
until rm -rf -- "$1" || [ $tries -ge 50 ]; do tries=$((tries + 1)); sleep 0.1; done
`;

/**
 * Cleans up after a run, even after a crash. The watcher is a small process in its own session. When this program ends,
 * the watcher kills the processes that still run, deletes the run's folder and ends, too.
 */
export class Reaper {
  private constructor(
    /** The run's temporary folder, which only this user can read. The stand-in writes all its files there. */
    readonly folder: string,
    private readonly watcher: ChildProcess,
    private readonly orders: Writable,
  ) {}

  /** Creates the folder and starts the watcher. */
  static start(): Reaper {
    const folder = mkdtempSync(join(tmpdir(), "rds-proxy-stand-in-"));
    const watcher = spawn("/bin/sh", ["-c", watcherScript, "reaper", folder], {
      detached: true,
      cwd: "/",
      stdio: ["pipe", "ignore", "ignore"],
      env: { PATH: "/usr/bin:/bin" },
    });
    // If somebody kills the watcher, its pipe breaks. The run can go on without it.
    watcher.stdin.on("error", () => undefined);
    watcher.on("error", () => undefined);
    watcher.unref();
    return new Reaper(folder, watcher, watcher.stdin);
  }

  /**
   * Makes the watcher kill a child, and the child's own children, if this program ends first. The child has to be
   * `detached`, so that it has its own process group. This also protects it from a Ctrl-C in the terminal.
   */
  watch(child: ChildProcess): void {
    const group = child.pid;
    if (group === undefined) return;
    this.orders.write(`watch ${group}\n`);
    // The system may soon give the number to another process.
    child.once("exit", () => this.orders.write(`forget ${group}\n`));
  }

  /** Kills the processes that still run and deletes the folder. Resolves when both are done. */
  async close(): Promise<void> {
    if (this.watcher.exitCode !== null || this.watcher.signalCode !== null) return;
    const exited = new Promise((resolve) => this.watcher.once("exit", resolve));
    this.watcher.ref();
    this.orders.end();
    await exited;
  }
}

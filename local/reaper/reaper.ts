import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";

/**
 * What the watcher runs. It reads its orders from a pipe whose other end only this program holds, so the end of the
 * input means that the program is gone, however it went. SIGKILL also ends processes that are stopped (SIGSTOP).
 * Deleting is tried again for a while: a process that was just killed may still be letting go of its files.
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
 * Sees to it that nothing is left behind, whichever way a run ends: a small process in a session of its own outlives this
 * program by a moment, kills every process that was still running and deletes the run's folder.
 */
export class Reaper {
  private constructor(
    /** The run's temporary folder, readable by this user only. Everything that is written goes below it. */
    readonly folder: string,
    private readonly watcher: ChildProcess,
    private readonly orders: Writable,
  ) {}

  /** Makes the folder and starts the watcher. */
  static start(): Reaper {
    const folder = mkdtempSync(join(tmpdir(), "rds-proxy-stand-in-"));
    const watcher = spawn("/bin/sh", ["-c", watcherScript, "reaper", folder], {
      detached: true,
      cwd: "/",
      stdio: ["pipe", "ignore", "ignore"],
      env: { PATH: "/usr/bin:/bin" },
    });
    // A watcher that was killed makes its pipe break; the run itself can go on without it.
    watcher.stdin.on("error", () => undefined);
    watcher.on("error", () => undefined);
    watcher.unref();
    return new Reaper(folder, watcher, watcher.stdin);
  }

  /**
   * Has a child killed, with all of its own children, when this program ends before the child does. The child must be
   * `detached`, that is, lead a process group; this also keeps a terminal's Ctrl-C from reaching it before its time.
   */
  watch(child: ChildProcess): void {
    const group = child.pid;
    if (group === undefined) return;
    this.orders.write(`watch ${group}\n`);
    // The number may soon belong to a stranger.
    child.once("exit", () => this.orders.write(`forget ${group}\n`));
  }

  /** Kills what still runs and deletes the folder; resolves when both are done. */
  async close(): Promise<void> {
    if (this.watcher.exitCode !== null || this.watcher.signalCode !== null) return;
    const exited = new Promise((resolve) => this.watcher.once("exit", resolve));
    this.watcher.ref();
    this.orders.end();
    await exited;
  }
}

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { isInstalled } from "../installed";
import type { Reaper } from "../reaper";
import type { Orders, Report } from "./clientMessages.mts" with { "resolution-mode": "import" };

/** The clients of the page's load test, which run in a process of their own. */
export class LoadTest {
  private child: ChildProcess | undefined;
  /** What the clients have reported last. */
  report: Report | undefined;

  constructor(private readonly reaper: Reaper) {}

  /** Starts clients, or changes how many there are and what they do. */
  set(orders: Orders): void {
    this.child ??= this.start();
    this.child.send(orders);
  }

  private start(): ChildProcess {
    const child = fork(join(__dirname, isInstalled ? "clients.mjs" : "clients.mts"), [], {
      execArgv: [],
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.reaper.watch(child);
    child.on("message", (report: Report) => (this.report = report));
    child.on("exit", () => {
      if (this.child === child) this.child = undefined;
    });
    return child;
  }

  /** Ends all clients. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    this.report = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }
}

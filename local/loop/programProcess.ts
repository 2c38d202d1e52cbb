import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Created, Properties, Repacked, StackConfig } from "../engine";
import { startFile } from "../provider/nodeProcess";
import type { Reaper } from "../reaper";
import type { Ending, FromProgram, Request, ToProgram } from "./messages";

/** Answers what a program registers and looks up. Never settles when the run is over. */
export type Answer = (request: Request) => Promise<Created | Properties>;

/** A process that waits to run the program, and runs it once. */
export class ProgramProcess {
  private readonly child: ChildProcess;
  /** Rejects when the process has ended, also before anybody waits for it. */
  private readonly ended: Promise<never>;

  /** @param packages files of packages that it loads while it waits */
  constructor(reaper: Reaper, config: StackConfig, packages: string[]) {
    // A process group of its own protects it from a Ctrl-C in the terminal, which the stand-in handles.
    this.child = startFile(join(__dirname, "program"), {
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    reaper.watch(this.child);
    this.ended = new Promise((_resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("exit", (code, signal) => {
        reject(new Error(`The process of the program has ended with ${signal ?? `exit code ${code ?? 0}`}.`));
      });
    });
    this.ended.catch(() => undefined);
    this.send({ type: "warm", config, packages });
  }

  /** Runs the program. @throws Error when the process ends before the program does */
  async run(config: StackConfig, folder: string, answer: Answer): Promise<Ending> {
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.child.on("message", (message: FromProgram) => {
      if (message.type === "done" || message.type === "failed") resolve(message);
      if (message.type !== "request") return;
      const { id, request } = message;
      void answer(request).then((found) => {
        this.send({ type: "answer", id, answer: found });
      });
    });
    this.send({ type: "run", config, folder });
    return Promise.race([promise, this.ended]);
  }

  /** Makes the bundles again that one of these files is in. Nothing when a bundle cannot be made. */
  repack(changed: string[]): Promise<Repacked[]> {
    const { promise, resolve } = Promise.withResolvers<Repacked[]>();
    const { child } = this;
    const answered = (message: FromProgram) => {
      if (message.type === "repacked") resolve(message.packages);
    };
    child.on("message", answered);
    this.send({ type: "repack", changed });
    const none = this.ended.catch(() => []);
    return Promise.race([promise, none]).finally(() => child.off("message", answered));
  }

  async end(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  /** A process that has ended takes no message, and says so elsewhere. */
  private send(message: ToProgram): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }
}

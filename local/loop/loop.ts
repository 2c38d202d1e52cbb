import { relative } from "node:path";
import type { Account } from "../account";
import {
  assetPaths,
  type Deployment,
  type ProgramFiles,
  repack,
  type Repacked,
  type StackConfig,
  type StackOutput,
} from "../engine";
import { deployNewCode } from "./newCode";
import { Pass } from "./pass";
import { ProgramProcess } from "./programProcess";
import { WatchedFiles } from "./watchedFiles";

/** What the loop needs of the run that has brought the program up. */
export interface Running {
  account: Account;
  deployment: Deployment;
  /** The folder with Pulumi.yaml. */
  folder: string;
  config: StackConfig;
  files: ProgramFiles;
  outputs: Record<string, StackOutput>;
  /** Reads the stack's configuration as it is now. */
  readConfig: () => Promise<StackConfig>;
}

/** Where the loop says what it does. */
export interface LoopReport {
  print: (line: string) => void;
  error: (error: unknown, location: string | undefined) => void;
  /** The outputs that are other ones after a change. */
  outputs: (outputs: Record<string, StackOutput>) => void;
  /** There are other proxies or functions after a change. */
  others: () => Promise<void>;
}

/** Runs the program again whenever a file of it is saved, and makes the difference. */
export class Loop {
  private watched: WatchedFiles | undefined;
  /** The process that waits to run the program. */
  private next: ProgramProcess;
  /** The process that has run the program last, and knows how it has packed its functions. At first it is this one. */
  private last: { repack: (changed: string[]) => Promise<Repacked[]>; end: () => Promise<void> } = {
    repack: (changed) => repack(changed).catch(() => []),
    end: () => Promise.resolve(),
  };
  private working: Promise<void> | undefined;
  private readonly waiting = new Set<string>();
  private isClosed = false;

  private constructor(
    private readonly running: Running,
    private readonly report: LoopReport,
  ) {
    this.next = this.newProcess();
  }

  static async start(running: Running, report: LoopReport): Promise<Loop> {
    const loop = new Loop(running, report);
    const { folder, config, account, files } = running;
    loop.watched = await WatchedFiles.start({ folder, stack: config.stack, data: account.kept?.path }, (saved) => {
      loop.saved(saved);
    });
    loop.watched.use(files, loop.assets(), false);
    return loop;
  }

  /** Ends what runs. Resources stay as they are. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.watched?.close();
    await Promise.all([this.last.end(), this.next.end()]);
    await this.working;
  }

  private saved(files: string[]): void {
    for (const file of files) this.waiting.add(file);
    this.working ??= this.workOff().finally(() => {
      this.working = undefined;
    });
  }

  /** What is saved while the program runs counts in the run after it. */
  private async workOff(): Promise<void> {
    while (this.waiting.size > 0 && !this.isClosed) {
      const files = [...this.waiting];
      this.waiting.clear();
      await this.runAgain(files);
    }
  }

  private async runAgain(saved: string[]): Promise<void> {
    const { running, report } = this;
    const started = performance.now();
    const pass = new Pass(running.deployment, running.account);
    const before = this.reachable();
    let hasFailed = true;
    try {
      // A function has its new code at once. What else changes with it, the program says.
      pass.changes += await deployNewCode(running.deployment, await this.last.repack(saved));
      const config = await running.readConfig();
      const { region } = running.account;
      if (config.values["aws:region"] !== region) {
        throw new Error(
          `aws:region is ${config.values["aws:region"] ?? "not set"} now, but what is up is in ${region}: end it with Ctrl-C, and start again.`,
        );
      }
      const { next } = this;
      await this.last.end();
      this.last = next;
      const ending = await Promise.race([next.run(config, running.folder, pass.answer), pass.failed]);
      running.config = config;
      running.files = ending.files;
      if (ending.type === "failed") {
        report.error(new Error(ending.message), ending.location);
      } else {
        await pass.finish();
        this.reportOutputs(ending.outputs);
        if (this.reachable() !== before) await report.others();
        hasFailed = false;
      }
    } catch (error) {
      if (!this.isClosed) report.error(error, undefined);
    }
    if (this.isClosed) return;
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    const names =
      saved.length > 3 ? `${saved.length} files` : saved.map((file) => relative(running.folder, file)).join(", ");
    const what =
      pass.changes === 0 ? "nothing changes" : `${pass.changes} ${pass.changes === 1 ? "change" : "changes"}`;
    report.print(
      hasFailed
        ? `${names}: the program has failed, and what it did not reach stays as it was. Save a file to try again.`
        : `${names}: ${what}, ${seconds} s`,
    );
    if (this.last === this.next) this.next = this.newProcess();
    this.watched?.use(running.files, this.assets(), hasFailed);
  }

  private reportOutputs(outputs: Record<string, StackOutput>): void {
    const before = this.running.outputs;
    const others = Object.entries(outputs).filter(
      ([name, { value }]) => JSON.stringify(value) !== JSON.stringify(before[name]?.value),
    );
    this.running.outputs = outputs;
    if (others.length > 0) this.report.outputs(Object.fromEntries(others));
  }

  /** What people can reach from outside the account. */
  private reachable(): string {
    const { rds, lambda } = this.running.account;
    return [...rds.proxies.keys(), ...lambda.names].sort().join();
  }

  private newProcess(): ProgramProcess {
    const { account, config, files } = this.running;
    return new ProgramProcess(account.reaper, config, files.packages);
  }

  private assets(): string[] {
    return this.running.deployment.deployed.flatMap(({ inputs }) => assetPaths(inputs));
  }
}

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "../../local/support";

const root = join(__dirname, "../../..");

/** `npm start` without npm and its set-up. It has a temporary folder of its own, which shows what it leaves behind. */
export class Run {
  readonly temporary = mkdtempSync(join(tmpdir(), "start-test-"));
  readonly lines: string[] = [];
  readonly child: ChildProcess;
  private readonly watchers = new Set<() => void>();

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, ["-r", "./scripts/typescript.cjs", "local/main.ts", ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TMPDIR: this.temporary, AWS_PROFILE: "must-not-be-read", AWS_REGION: "us-gov-west-1" },
    });
    this.child.once("close", () => {
      for (const watcher of this.watchers) watcher();
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on("line", (line) => {
        this.lines.push(line);
        for (const watcher of this.watchers) watcher();
      });
    }
  }

  /** Resolves with the first line that matches, as soon as the program has printed it. @param from the first line that counts */
  async printed(pattern: RegExp, from = 0): Promise<string> {
    for (;;) {
      const line = this.lines.slice(from).find((candidate) => pattern.test(candidate));
      if (line !== undefined) return line;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`ended without printing ${String(pattern)}:\n${this.text}`);
      }
      await new Promise<void>((resolve) => this.watchers.add(resolve));
      this.watchers.clear();
    }
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "close");
    return this.child.exitCode;
  }

  get text(): string {
    return this.lines.join("\n");
  }

  /** Process id of the run's reaper. */
  get reaper(): number {
    const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
    const found = pids.find((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`\0reaper\0${this.temporary}`);
      } catch {
        return false;
      }
    });
    return Number(found);
  }

  /** Command lines of the processes that still use the run's folder. */
  get processes(): string[] {
    return readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== this.child.pid)
      .map((pid) => {
        try {
          const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
          return `${command} in ${readlinkSync(`/proc/${pid}/cwd`)}`;
        } catch {
          return "";
        }
      })
      .filter((text) => text.includes(this.temporary));
  }

  async leavesNothing(): Promise<void> {
    await eventually(() => this.processes.length === 0 && readdirSync(this.temporary).length === 0, 10_000).catch(
      () => {
        assert.deepEqual([this.processes, readdirSync(this.temporary)], [[], []]);
      },
    );
    rmSync(this.temporary, { recursive: true });
  }
}

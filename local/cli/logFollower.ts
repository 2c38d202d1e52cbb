import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between two looks at the file. */
const interval = 100;

/** Prints to stderr what is appended to a log file, as `tail --follow` does. */
export class LogFollower {
  private readonly stopped = new AbortController();
  private readonly running: Promise<void>;

  private constructor(
    private readonly file: string,
    private position: number,
  ) {
    this.running = this.run();
  }

  /** Starts at the end of the file, which may not exist yet. */
  static start(file: string): LogFollower {
    return new LogFollower(file, existsSync(file) ? statSync(file).size : 0);
  }

  /** Prints what is still missing, and ends. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
    this.print();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      await sleep(interval, undefined, { signal }).catch(() => undefined);
      this.print();
    }
  }

  private print(): void {
    if (!existsSync(this.file)) return;
    const descriptor = openSync(this.file, "r");
    try {
      const buffer = Buffer.alloc(fstatSync(descriptor).size - this.position);
      this.position += readSync(descriptor, buffer, 0, buffer.length, this.position);
      process.stderr.write(buffer);
    } finally {
      closeSync(descriptor);
    }
  }
}

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Question } from "./answers";

/** A program of this folder in a process of its own: it shares no event loop with the clients that measure it. */
export class Program {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    /** The port that it listens on. */
    readonly port: number,
  ) {}

  /**
   * Starts a program. esbuild bundles it first, so that its process contains no compiler. The options contain a password.
   * They are sent as a message, because everyone on the machine can read a command line.
   */
  static async start(name: string, options: object): Promise<Program> {
    const folder = await mkdtemp(join(tmpdir(), "bench-"));
    const outfile = join(folder, `${name}.cjs`);
    await build({ entryPoints: [join(__dirname, `${name}.ts`)], bundle: true, platform: "node", outfile });
    const child = fork(outfile, { execArgv: ["--expose-gc"] });
    child.send(options);
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    return new Program(child, folder, port);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async ask(question: Question): Promise<Record<string, number>> {
    this.child.send(question);
    return ((await once(this.child, "message")) as [Record<string, number>])[0];
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await once(this.child, "exit");
    await rm(this.folder, { recursive: true });
  }
}

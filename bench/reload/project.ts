import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(__dirname, "../..");

const program = (percent: number) => `
const { ProxiedDatabase, ProxyClientFunction } = require("lambda-rds-proxy");
const database = new ProxiedDatabase("orders", { proxy: { maxConnectionsPercent: ${percent} } });
const report = new ProxyClientFunction("report", { database, callbackFactory: () => require("./report").handler });
exports.rows = report.invokeOnDeploy().result;
`;

const handler = (version: number) => `
import { callback, Database, readEnvironment } from "lambda-rds-proxy/client";

const database = new Database(readEnvironment());
export const handler = callback(() => database.read("select ${version} as version"));
`;

/** The project of the README in a folder of its own, and `npm run local` on it. */
export class Project {
  readonly folder: string;
  private readonly lines: string[] = [];
  private wake: () => void = () => undefined;
  private child: ChildProcess | undefined;
  private url = "";

  constructor() {
    const cache = join(root, ".cache");
    mkdirSync(cache, { recursive: true });
    // In the checkout, so that the program finds its packages.
    this.folder = mkdtempSync(join(cache, "bench-reload-"));
    writeFileSync(join(this.folder, "Pulumi.yaml"), "name: orders\nruntime: nodejs\n");
    writeFileSync(join(this.folder, "Pulumi.dev.yaml"), "config:\n  aws:region: ap-northeast-1\n");
    this.saveProgram(100);
    this.saveHandler(0);
  }

  saveProgram(percent: number): void {
    writeFileSync(join(this.folder, "index.js"), program(percent));
  }

  saveHandler(version: number): void {
    writeFileSync(join(this.folder, "report.ts"), handler(version));
  }

  async start(): Promise<void> {
    const args = ["-r", "./scripts/typescript.cjs", "local/main.ts", "--stay", "--program", this.folder];
    this.lines.length = 0;
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    this.child = child;
    createInterface(child.stdout).on("line", (line) => {
      this.lines.push(line);
      this.wake();
    });
    const invocation = await this.printed(/curl .*report-function/);
    this.url = /http:\S+/.exec(invocation)?.[0] ?? "";
    await this.printed(/Press Ctrl-C/);
  }

  async stop(): Promise<void> {
    this.child?.kill("SIGINT");
    if (this.child !== undefined) await once(this.child, "exit");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** How many lines there are: what comes later can be told from what was there. */
  get position(): number {
    return this.lines.length;
  }

  async printed(pattern: RegExp, from = 0): Promise<string> {
    for (;;) {
      const line = this.lines.slice(from).find((candidate) => pattern.test(candidate));
      if (line !== undefined) return line;
      if (this.child?.exitCode !== null) throw new Error(`The stand-in has ended:\n${this.lines.join("\n")}`);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** Invokes the function until its result is of this version. */
  async untilVersion(version: number): Promise<void> {
    for (;;) {
      const response = await fetch(this.url, { method: "POST", body: "{}" });
      const [row] = (await response.json()) as { version?: number }[];
      if (row?.version === version) return;
    }
  }
}

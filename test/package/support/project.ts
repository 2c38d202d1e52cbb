import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export const root = join(__dirname, "../../..");

/** This project's own package.json. */
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, any>;

/** How a command ended. */
export interface Ended {
  status: number;
  /** What it has written, errors too. */
  output: string;
}

/** A folder of somebody who uses the package. */
export class Project {
  private constructor(readonly folder: string) {}

  /** An empty folder. */
  static create(): Project {
    return new Project(mkdtempSync(join(tmpdir(), "package-test-")));
  }

  /** A project in a folder of this one, which finds the packages of this one. */
  inside(name: string, files: Record<string, string>): Project {
    const project = new Project(join(this.folder, name));
    project.write(files);
    return project;
  }

  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      const file = join(this.folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }

  /** Copies `template/`, with the name in it, as `pulumi new` does. */
  writeTemplate(): void {
    const template = join(root, "template");
    cpSync(template, this.folder, { recursive: true });
    for (const name of ["Pulumi.yaml", "package.json", "README.md"]) {
      const text = readFileSync(join(template, name), "utf8");
      this.write({ [name]: text.replaceAll("${PROJECT}", "shop").replaceAll("${DESCRIPTION}", "A shop") });
    }
  }

  /** Lets npm install packages, from its cache where they are there. */
  install(packages: string[]): void {
    const options = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const { status, output } = this.runSync("npm", ["install", ...options, ...packages]);
    if (status !== 0) throw new Error(`npm could not install ${packages.join(" ")}:\n${output}`);
  }

  runSync(command: string, args: string[], env: Record<string, string> = {}): Ended {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.folder,
      env: { ...environment, ...env },
      encoding: "utf8",
      timeout: 240_000,
    });
    return { status: status ?? -1, output: stdout + stderr };
  }

  /** Starts a command that goes on until it is interrupted. */
  start(command: string, args: string[]) {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    // npx may end before the program that it has started, which holds the other end of the pipe.
    const ended = once(child, "close");
    const lines = createInterface(child.stdout);
    return {
      /** Waits for a line, and returns what the pattern's group matches in it. */
      async line(pattern: RegExp): Promise<string> {
        for await (const line of lines) {
          const found = pattern.exec(line)?.[1];
          if (found !== undefined) return found;
        }
        throw new Error(`${command} has ended without a line such as ${String(pattern)}.`);
      },
      /** Interrupts it as Ctrl-C does, and waits for its end. */
      async interrupt(): Promise<void> {
        child.stdout.resume();
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
        await ended;
      },
    };
  }

  async run(command: string, args: string[]): Promise<Ended> {
    try {
      const { stdout, stderr } = await promisify(execFile)(command, args, { cwd: this.folder, env: environment });
      return { status: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout = "", stderr = "" } = error as { code?: number; stdout?: string; stderr?: string };
      return { status: code ?? -1, output: stdout + stderr };
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The machine's environment, without what npm and mocha tell the programs that they start. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|MOCHA|NODE_OPTIONS|DISABLE_V8)/.test(name)),
);

/** Packs the package as `npm publish` does. @returns path of the tarball */
export function pack(folder: string): string {
  const { status, stdout, stderr } = spawnSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`npm pack failed:\n${stdout}${stderr}`);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  return join(folder, tarball ?? "");
}

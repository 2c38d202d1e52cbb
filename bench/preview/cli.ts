import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { Connection } from "../../local/cli/connection";
import { cliEnvironment } from "../../local/cli/environment";
import { findCli } from "../../local/cli/findCli";
import { WorkFolder } from "../../local/cli/workFolder";
import type { Program } from "./programs";
import type { Command } from "./run";

const stack = "bench";

/** The Pulumi CLI, with the stand-in in AWS's place. */
export interface Cli {
  version: string;
  /** The command that previews a program. */
  preview: (program: Program) => Command;
  close: () => void;
}

/**
 * Starts the stand-in, and creates a stack for each program.
 *
 * @param folder an empty folder, for the stacks' states
 * @returns undefined if this machine has no CLI, or no language host that starts Node
 */
export async function openCli(folder: string, programs: Program[]): Promise<Cli | undefined> {
  const [file, ...more] = findCli();
  if (more.length > 0 || !hasLanguageHost(dirname(file))) return undefined;
  await mkdir(folder);
  const work = await WorkFolder.open(folder, "preview");
  const connection = await Connection.findOrStart(join(__dirname, "../.."), work.logFile);
  const env = {
    ...(await cliEnvironment(work, stack, await connection.announcement())),
    PATH: [dirname(file), process.env.PATH].join(delimiter),
  };
  const run = promisify(execFile);
  for (const program of programs) {
    await run(file, ["stack", "init", stack, "--no-select"], {
      cwd: program.folder,
      env: { ...process.env, ...env },
    });
  }
  const { stdout } = await run(file, ["version"]);
  return {
    version: stdout.trim(),
    preview: ({ folder: cwd }) => ({ file, args: ["preview", "--non-interactive"], cwd, env }),
    close: () => {
      connection.close();
    },
  };
}

function hasLanguageHost(besideCli: string): boolean {
  const folders = [besideCli, ...(process.env.PATH ?? "").split(delimiter)];
  return folders.some((folder) => existsSync(join(folder, "pulumi-language-nodejs")));
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readProjectFile } from "../engine/projectFile";
import { Connection } from "./connection";
import { cliEnvironment, stackOf } from "./environment";
import { findCli } from "./findCli";
import { pendingCreations } from "./pendingCreations";
import { WorkFolder } from "./workFolder";

/** Commands that need a stack. The first of them creates it. */
const stackCommands = ["up", "update", "preview", "pre", "refresh", "destroy", "config", "import", "watch"];

/**
 * Runs a command of the Pulumi CLI with the stand-in in AWS's place, such as `pulumi up`. The stand-in starts with the first
 * command, stays for the next ones, and ends when nothing exists in it any more.
 *
 * @param project the folder of Pulumi.yaml
 * @param args the command line after `pulumi`
 * @returns the exit code of the CLI
 */
export async function runCli(project: string, args: string[]): Promise<number> {
  const { name } = await readProjectFile(project);
  const folder = await WorkFolder.open(project);
  const connection = await Connection.findOrStart(project, folder.logFile);
  try {
    const stack = stackOf(args);
    const environment = await cliEnvironment(folder, stack, await connection.announcement());
    const urns = await pendingCreations(folder, name);
    if (Object.keys(urns).length > 0) await connection.order({ order: "forget", urns });
    const needsStack = stackCommands.includes(args[0] ?? "") && !args.includes("--help");
    if (needsStack && !existsSync(folder.stateFile(name, stack))) {
      const exitCode = await run(["stack", "init", stack, "--no-select"], environment, project, "ignore");
      if (exitCode !== 0) return exitCode;
    }
    const exitCode = await run(args, environment, project, "inherit");
    const { resources, url } = await connection.order({ order: "status" });
    if (resources > 0 && url !== undefined) {
      console.error(
        `The stand-in stays up with ${resources} resources: see ${url}/, and its log in ${folder.logFile}.`,
      );
    }
    return exitCode;
  } finally {
    connection.close();
  }
}

/** Takes the stand-in of a folder down, with everything that is in it. @returns the exit code */
export async function stopStandIn(project: string): Promise<number> {
  const connection = await Connection.find(project);
  if (connection === undefined) {
    console.log("No stand-in runs for this folder.");
    return 0;
  }
  await connection.announcement();
  await connection.order({ order: "stop" });
  await connection.ended();
  console.log(
    "The stand-in is down. The stack's state is still there: `pulumi refresh` finds out, and `pulumi up` makes all anew.",
  );
  return 0;
}

async function run(
  args: string[],
  environment: Record<string, string>,
  cwd: string,
  output: "inherit" | "ignore",
): Promise<number> {
  const [program, ...first] = findCli();
  const child = spawn(program, [...first, ...args], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["inherit", output, "inherit"],
  });
  // The terminal sends Ctrl-C to the CLI, too. This process has to wait until the CLI has ended.
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    return code ?? 1;
  } finally {
    process.off("SIGINT", ignore);
  }
}

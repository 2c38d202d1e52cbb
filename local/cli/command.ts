import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { Lasting } from "../account";
import { readProjectName } from "../engine/projectFile";
import { stayCommand } from "../installed";
import type { Announcement } from "../provider/socket";
import type { CliCall } from "./call";
import { Connection } from "./connection";
import { restoreCutOffStates } from "./cutOffStates";
import { cliEnvironment, stackOf } from "./environment";
import { findCli } from "./findCli";
import { LogFollower } from "./logFollower";
import { forgetPendingCreations } from "./pendingCreations";
import { WorkFolder } from "./workFolder";

/** Commands that need a stack. The first of them creates it. */
const stackCommands = ["up", "update", "preview", "pre", "refresh", "destroy", "config", "import", "watch"];

/**
 * Commands of `pulumi stack` that write or delete the file `Pulumi.<stack>.yaml` beside Pulumi.yaml, and cannot be told to use another
 * one. They run in the work folder, which has a Pulumi.yaml of its own.
 */
const fileWriters = ["init", "rm", "rename", "change-secrets-provider", "migrate"];

/** Does what a command line asks for. @returns the exit code */
export function runCliCall(call: CliCall): Promise<number> {
  return call.command === "pulumi" ? runCli(call) : stopStandIn(call.project);
}

/**
 * Runs a command of the Pulumi CLI with the stand-in in AWS's place, such as `pulumi up`. The stand-in starts with the first
 * command, stays for the next ones, and ends when nothing exists in it any more.
 *
 * @returns the exit code of the CLI
 */
async function runCli({ project, logs, lasting, args }: CliCall): Promise<number> {
  const name = await readProjectName(project);
  const folder = await WorkFolder.open(project, name);
  const follower = logs ? LogFollower.start(folder.logFile) : undefined;
  const connection = await Connection.findOrStart(project, folder.logFile, project, lasting);
  try {
    const stack = stackOf(args);
    const announcement = await connection.announcement();
    checkLastingOf(announcement, lasting);
    const environment = await cliEnvironment(folder, stack, announcement);
    await restoreCutOffStates(folder, name);
    await forgetPendingCreations(folder, name, connection);
    const [first = "", second = ""] = args.filter((argument) => !argument.startsWith("-"));
    const needsStack = stackCommands.includes(first) && !args.some((argument) => /^(--help|-h)$/.test(argument));
    if (needsStack && !existsSync(folder.stateFile(name, stack))) {
      const exitCode = await run(["stack", "init", stack, "--no-select"], environment, folder.path, "ignore");
      if (exitCode !== 0) return exitCode;
    }
    const writesFile = first === "stack" && fileWriters.includes(second);
    const exitCode = await run(args, environment, writesFile ? folder.path : project, "inherit");
    const { resources, url } = await connection.order({ order: "status" });
    if (resources > 0 && url !== undefined) {
      console.error(
        `The stand-in stays up with ${resources} resources: see ${url}/, and its log in ${folder.logFile}.`,
      );
    }
    return exitCode;
  } finally {
    connection.close();
    await follower?.stop();
  }
}

/** @throws Error when the stand-in is up already, and keeps its data elsewhere or has another port */
function checkLastingOf({ lasting }: Announcement, wanted: Lasting): void {
  for (const option of ["data", "port"] as const) {
    if (wanted[option] === undefined || wanted[option] === lasting[option]) continue;
    const how = lasting[option] === undefined ? `without --${option}` : `with --${option} ${lasting[option]}`;
    throw new Error(
      `The stand-in of this folder is up already, ${how}: take it down with \`${stayCommand} stop\` first, or leave --${option} out.`,
    );
  }
}

/** Takes the stand-in of a folder down, with everything that is in it. @returns the exit code */
async function stopStandIn(project: string): Promise<number> {
  const connection = await Connection.find(project);
  if (connection === undefined) {
    console.log("No stand-in runs for this folder.");
    return 0;
  }
  const { lasting } = await connection.announcement();
  await connection.order({ order: "stop" });
  await connection.ended();
  const rows = lasting.data === undefined ? "" : ` The rows of the databases stay in ${lasting.data}.`;
  console.log(
    `The stand-in is down.${rows} The stack's state is still there: \`pulumi refresh\` finds out, and \`pulumi up\` makes all anew.`,
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

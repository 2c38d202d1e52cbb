/** `npm start` and `npm run local`: runs the program of this project on the stand-in for AWS. See `--help`. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { Account } from "./account";
import { runCli, stopStandIn } from "./cli";
import { parseCommandLine } from "./commandLine";
import type { Deployment } from "./engine";
import { readStackConfig } from "./engine/config";
import { readProjectFile } from "./engine/projectFile";
import { helpText } from "./help";
import { Interrupted, onInterruption } from "./interruption";
import { programKeys } from "./programKeys";
import { printError, printLogLine, printOutputs, terminalColumns } from "./report";
import { stayUp } from "./stayUp";

const folder = join(__dirname, "..");

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const [command, ...rest] = args.filter((argument) => argument !== "--stay");
  if (command === "pulumi") return runCli(folder, rest);
  if (command === "stop") return stopStandIn(folder);
  const options = parseCommandLine(args);
  if (options.help) {
    const { config } = await readProjectFile(folder);
    console.log(helpText({ ...config, ...programKeys }, terminalColumns()));
    return 0;
  }
  const config = await readStackConfig(folder, options.stack, options.config, Object.keys(programKeys));
  const region = config.values["aws:region"];
  if (!region) throw new Error(`Pulumi.${options.stack}.yaml has no aws:region: set one, such as ap-northeast-1.`);
  const account = await Account.open(region, printLogLine);
  // Loading Pulumi takes a second. The account prepares a database server in that time.
  const load = createRequire(__filename);
  const { Deployment, keepProgramFrames, programLocation, ProgressLines, runProgram } = load(
    "./engine",
  ) as typeof import("./engine");
  const { catalogue } = load("./kinds") as typeof import("./kinds");
  const deployment = new Deployment(catalogue, account, new ProgressLines(console.log, terminalColumns));
  onInterruption((interruption) => {
    deployment.fail(interruption);
  });
  // For example from a timer in the program.
  process.on("uncaughtException", (error) => {
    deployment.fail(error);
  });
  try {
    const started = performance.now();
    const restoreStackTraces = keepProgramFrames(folder);
    const outputs = await runProgram(config, deployment).finally(restoreStackTraces);
    console.log(`${deployment.count} resources in ${((performance.now() - started) / 1000).toFixed(2)} s\n`);
    printOutputs(outputs);
    if (options.stay) await Promise.race([stayUp(account), deployment.failed]);
    await takeDown(deployment, account);
    console.log(JSON.stringify(outputs.rows?.value));
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) printError(error, folder, programLocation(error, folder));
    await takeDown(deployment, account);
    return error instanceof Interrupted ? error.exitCode : 1;
  }
}

async function takeDown(deployment: Deployment, account: Account): Promise<void> {
  for (const error of await deployment.destroy()) printError(error, folder);
  await account.close();
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    printError(error, folder);
    process.exit(1);
  },
);

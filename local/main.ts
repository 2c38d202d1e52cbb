/** Runs a Pulumi program on the stand-in for AWS: `npm start`, `npm run local`, `npx lambda-rds-proxy local`. See `--help`. */
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Account } from "./account";
import { parseCliCall, runCliCall } from "./cli";
import { parseCommandLine } from "./commandLine";
import type { Deployment } from "./engine";
import { readStackConfig, stackOf } from "./engine/config";
import { isModule } from "./engine/mainFile";
import { readProjectFile } from "./engine/projectFile";
import { helpText } from "./help";
import { isInstalled } from "./installed";
import { Interrupted, onInterruption } from "./interruption";
import type { Loop } from "./loop";
import { programKeys } from "./programKeys";
import { printError, printLogLine, printOutputs, terminalColumns } from "./report";
import { runSql, sqlArguments } from "./sql";
import { sayHowToReach, stayUp } from "./stayUp";

/** The region of a project that has no stack yet. */
const usualRegion = "us-east-1";

/** The program's folder. */
let folder = process.cwd();

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const call = parseCliCall(args);
  if (call !== undefined) return runCliCall(call);
  const sql = sqlArguments(args);
  if (sql !== undefined) return runSql(sql, console.log);
  const options = parseCommandLine(args);
  folder = resolve(options.program);
  // Nobody but this project's own program has told the stand-in which keys it reads.
  const keys = !isInstalled && folder === join(__dirname, "..") ? programKeys : undefined;
  if (options.help) {
    const { config } = await readProjectFile(folder).catch(() => ({ config: {} }));
    console.log(helpText({ ...config, ...keys }, terminalColumns()));
    return 0;
  }
  const stack = options.stack ?? (await stackOf(folder));
  const readConfig = async () => {
    const read = await readStackConfig(folder, stack, options.config, keys && Object.keys(keys));
    if (stack === undefined) read.values["aws:region"] ??= usualRegion;
    return read;
  };
  const config = await readConfig();
  if (stack === undefined) {
    console.log(`The project has no stack yet, so this is "${config.stack}" in ${config.values["aws:region"]}.`);
  }
  const region = config.values["aws:region"];
  if (!region) throw new Error(`Pulumi.${config.stack}.yaml has no aws:region: set one, such as ap-northeast-1.`);
  const account = await Account.open(region, printLogLine, options);
  // Loading Pulumi takes a second. The account prepares a database server in that time.
  const load = createRequire(__filename);
  const { Deployment, keepProgramFrames, noteProgramFiles, programLocation, ProgressLines, runProgram } = load(
    "./engine",
  ) as typeof import("./engine");
  const { catalogue } = load("./kinds") as typeof import("./kinds");
  const deployment = new Deployment(catalogue, account, new ProgressLines(console.log, terminalColumns), {
    owner: `${config.project}/${config.stack}`,
    kept: account.kept,
  });
  onInterruption((interruption) => {
    deployment.fail(interruption);
  });
  // For example from a timer in the program.
  process.on("uncaughtException", (error) => {
    deployment.fail(error);
  });
  let loop: Loop | undefined;
  try {
    const started = performance.now();
    const files = noteProgramFiles(isModule(config.main));
    const restoreStackTraces = keepProgramFrames(folder);
    const outputs = await runProgram(config, deployment).finally(restoreStackTraces);
    console.log(`${deployment.count} resources in ${((performance.now() - started) / 1000).toFixed(2)} s\n`);
    printOutputs(outputs);
    if (options.stay) {
      const running = { account, deployment, folder, config, files: files(), outputs, readConfig };
      const { Loop } = load("./loop") as typeof import("./loop");
      loop = await Loop.start(running, {
        print: console.log,
        error: printErrorOf,
        outputs: printOutputs,
        others: () => sayHowToReach(account),
      });
      await Promise.race([stayUp(account), deployment.failed]);
    }
    await takeDown(deployment, account);
    if (outputs.rows?.secret === false) console.log(JSON.stringify(outputs.rows.value));
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) printError(error, folder, programLocation(error, folder));
    await loop?.close();
    await takeDown(deployment, account);
    return error instanceof Interrupted ? error.exitCode : 1;
  }
}

function printErrorOf(error: unknown, location: string | undefined): void {
  printError(error, folder, location);
}

async function takeDown(deployment: Deployment, account: Account): Promise<void> {
  if (account.kept === undefined) {
    for (const error of await deployment.destroy()) printError(error, folder);
  } else {
    // What a deletion does to the database, such as dropping its users, must not happen to what is kept.
    deployment.abandon();
    console.log(`Taking everything down but the data in ${account.kept.path}`);
  }
  await account.close();
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    printError(error, folder);
    process.exit(1);
  },
);

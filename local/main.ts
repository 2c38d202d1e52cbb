/**
 * `npm start` and `npm run local`: runs the program of this project on the stand-in for AWS.
 *
 * Usage: main.ts [--stay] [--stack <name>] [--config <key>=<value>]...
 */
import "./compileCache";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Account } from "./account";
import type { Deployment } from "./engine";
import { readStackConfig } from "./engine/config";
import { printLogLine, printOutputs } from "./report";
import { stayUp } from "./stayUp";

/** Exit codes of a process that a signal ended, as shells report them. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof exitCodes;

/** Not a failure: somebody wants to stop. */
class Interrupted extends Error {
  constructor(readonly signal: Signal) {
    super(`Interrupted by ${signal}`);
  }
}

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      stay: { type: "boolean", default: false },
      stack: { type: "string", default: "dev" },
      config: { type: "string", multiple: true, default: [] },
    },
  });
  const config = await readStackConfig(join(__dirname, ".."), options.stack, overridesOf(options.config));
  const region = config.values["aws:region"];
  if (!region) throw new Error(`Pulumi.${options.stack}.yaml has no aws:region: set one, such as ap-northeast-1.`);
  const account = await Account.open(region, printLogLine);
  // Only now, since loading Pulumi takes a second: the account uses it to get a database server ready.
  const load = createRequire(__filename);
  const { Deployment, ProgressLines, runProgram } = load("./engine") as typeof import("./engine");
  const { catalogue } = load("./kinds") as typeof import("./kinds");
  const deployment = new Deployment(catalogue, account, new ProgressLines(console.log));
  onSignal((signal) => {
    deployment.fail(new Interrupted(signal));
  });
  try {
    const started = performance.now();
    const outputs = await runProgram(config, deployment);
    console.log(`${deployment.count} resources in ${((performance.now() - started) / 1000).toFixed(2)} s\n`);
    printOutputs(outputs);
    if (options.stay) await Promise.race([stayUp(account), deployment.failed]);
    await takeDown(deployment, account);
    console.log(JSON.stringify(outputs.rows?.value));
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) console.error(`\nerror: ${messageOf(error)}`);
    await takeDown(deployment, account);
    return error instanceof Interrupted ? exitCodes[error.signal] : 1;
  }
}

async function takeDown(deployment: Deployment, account: Account): Promise<void> {
  for (const error of await deployment.destroy()) console.error(`error: ${error.message}`);
  await account.close();
}

/** `{ key: "value" }` of `key=value`. */
function overridesOf(texts: string[]): Record<string, string> {
  const pairs = texts.map((text): [string, string] => {
    const equals = text.indexOf("=");
    if (equals < 1) {
      throw new Error(`--config is "${text}", but it must be a key and a value, such as --config bastion=true.`);
    }
    return [text.slice(0, equals), text.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}

/** The first signal takes down in good order; a second one ends at once, and leaves the rest to the reaper. */
function onSignal(stop: (signal: Signal) => void): void {
  let count = 0;
  for (const signal of Object.keys(exitCodes) as Signal[]) {
    process.on(signal, () => {
      if (++count > 1) process.exit(exitCodes[signal]);
      stop(signal);
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(`error: ${messageOf(error)}`);
    process.exit(1);
  },
);

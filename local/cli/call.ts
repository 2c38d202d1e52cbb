import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Lasting } from "../account";
import { portOf } from "../commandLine";

/** A command line that is for the Pulumi CLI, or for the stand-in that serves it. */
export interface CliCall {
  command: "pulumi" | "stop";
  /** The folder of Pulumi.yaml. */
  project: string;
  /** Whether to print what the stand-in's services say. */
  logs: boolean;
  /** What the stand-in keeps for its next start. */
  lasting: Lasting;
  /** The command line after `pulumi`. */
  args: string[];
}

/** Those of `npm run local` are here too, so that a value such as the name of a stack is not taken for a command. */
const options = {
  stay: { type: "boolean" },
  program: { type: "string" },
  logs: { type: "boolean" },
  stack: { type: "string" },
  config: { type: "string", multiple: true },
  data: { type: "string" },
  port: { type: "string" },
} as const;

/**
 * Reads a command line such as `--logs pulumi up --yes`. Options before the word `pulumi` are the stand-in's, and those after it are
 * the CLI's.
 *
 * @returns undefined if the command line has neither `pulumi` nor `stop`
 * @throws Error that names the argument that cannot be used
 */
export function parseCliCall(args: string[]): CliCall | undefined {
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const word = tokens.find((token) => token.kind === "positional");
  if (word?.value !== "pulumi" && word?.value !== "stop") return undefined;
  const command = word.value;
  // Nothing that follows `stop` could be for anybody else.
  const own = command === "stop" ? tokens : tokens.filter(({ index }) => index < word.index);
  const call: CliCall = { command, project: ".", logs: false, lasting: {}, args: args.slice(word.index + 1) };
  for (const token of own) {
    if (token.kind === "positional" && token !== word) {
      throw new Error(`The argument "${token.value}" is one too many: write only "${command}".`);
    }
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    if (name === "program") {
      if (!value) throw new Error(`${rawName} has no value, but it needs one, such as ${rawName} infrastructure.`);
      call.project = value;
    } else if (name === "logs") {
      call.logs = true;
    } else if (name === "data" && command === "pulumi") {
      if (!value) throw new Error(`${rawName} has no value, but it needs one, such as ${rawName} .local-data.`);
      call.lasting.data = resolve(value);
    } else if (name === "port" && command === "pulumi") {
      call.lasting.port = portOf(value ?? "");
    } else if (name !== "stay") {
      throw new Error(
        command === "pulumi"
          ? `${rawName} is no option that can come before "pulumi": write it after the CLI's own command, as in "pulumi up ${rawName}".`
          : `There is no option ${rawName} for "stop": use --program.`,
      );
    }
  }
  return { ...call, project: resolve(call.project) };
}

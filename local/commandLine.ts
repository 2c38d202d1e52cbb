import { parseArgs } from "node:util";
import { command } from "./installed";
import { nearest } from "./nearest";

/** What the user wants from the stand-in. */
export interface CommandLine {
  help: boolean;
  /** Whether the stand-in stays up until Ctrl-C. */
  stay: boolean;
  /** Folder of the program. */
  program: string;
  /** Name of the stack whose file has the configuration, if one is named. */
  stack: string | undefined;
  /** Configuration values for this run, by key. */
  config: Record<string, string>;
  /** The folder that keeps rows, passwords and addresses. */
  data: string | undefined;
  /** The port of the first proxy. */
  port: number | undefined;
}

const options = {
  help: { type: "boolean", short: "h" },
  stay: { type: "boolean" },
  program: { type: "string" },
  stack: { type: "string" },
  config: { type: "string", multiple: true },
  data: { type: "string" },
  port: { type: "string" },
} as const;

/** A value for each option that needs one. */
const examples: Record<string, string> = {
  program: "infrastructure",
  stack: "dev",
  config: "bastion=true",
  data: ".local-data",
  port: "13306",
};

/**
 * Reads the arguments of `npm start`, or those after `npx lambda-rds-proxy local`.
 *
 * @throws Error that names the argument that cannot be used
 */
export function parseCommandLine(args: string[]): CommandLine {
  const { tokens, values } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") throw new Error(strayArgument(token.value));
    if (token.kind === "option") checkOption(token.name, token.rawName, token.value, token.inlineValue ?? false);
  }
  return {
    help: values.help === true,
    stay: values.stay === true,
    program: typeof values.program === "string" ? values.program : ".",
    stack: typeof values.stack === "string" ? values.stack : undefined,
    config: Object.fromEntries((values.config ?? []).map((pair) => keyAndValue(String(pair)))),
    data: typeof values.data === "string" ? values.data : undefined,
    port: typeof values.port === "string" ? portOf(values.port) : undefined,
  };
}

/** @throws Error when it is no port */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Error(`--port is "${text}", but it must be a number from 1 to 65535, such as --port 13306.`);
}

/** `npm start` takes options for itself unless they come after `--`, and passes on only their values. */
function strayArgument(argument: string): string {
  const option = argument.includes("=") ? "config" : "stack";
  return (
    `The argument "${argument}" belongs to no option: write an option before it, and with npm also "--", ` +
    `as in \`${command} --${option} ${argument}\`.`
  );
}

function checkOption(name: string, rawName: string, value: string | undefined, isInline: boolean): void {
  if (!(name in options)) {
    const known = Object.keys(options).map((option) => `--${option}`);
    const guess = nearest(rawName, known);
    const remedy = guess === undefined ? `use ${known.join(", ")}.` : `did you mean ${guess}?`;
    throw new Error(`There is no option ${rawName}: ${remedy}`);
  }
  const example = examples[name];
  if (example === undefined) {
    if (value !== undefined) throw new Error(`${rawName} is "${value}", but it takes no value: write only ${rawName}.`);
  } else if (value === undefined || value === "" || (!isInline && value.startsWith("-"))) {
    throw new Error(`${rawName} has no value, but it needs one, such as ${rawName} ${example}.`);
  }
}

function keyAndValue(pair: string): [string, string] {
  const equals = pair.indexOf("=");
  if (equals < 1) {
    throw new Error(`--config is "${pair}", but it must be a key and a value, such as --config bastion=true.`);
  }
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

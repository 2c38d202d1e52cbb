import type { ConfigDeclaration } from "./engine/projectFile";
import { isInstalled } from "./installed";
import { wrap } from "./terminal";

type Row = [term: string, description: string];

const cliUsage =
  "Runs a command of the Pulumi CLI, such as `pulumi up`, with the stand-in in AWS's place. The stand-in stays for the next command. " +
  "Before `pulumi`, only --program, --logs, --data and --port are options.";

const stopUsage = "Takes the stand-in of these commands down, with everything that is in it and not in --data.";

const sqlUsage = "A prompt for SQL, for machines without a client of MySQL. A stand-in that stays up names the file.";

const installedUsage: Row[] = [
  [
    "npx lambda-rds-proxy local [options]",
    "Runs the Pulumi program of this folder on the stand-in for AWS, prints its outputs and takes everything down.",
  ],
  ["npx lambda-rds-proxy local pulumi <command>", cliUsage],
  ["npx lambda-rds-proxy local stop", stopUsage],
  ["npx lambda-rds-proxy local sql <file>", sqlUsage],
];

const checkoutUsage: Row[] = [
  ["npm start -- [options]", "Runs the program on the stand-in for AWS, prints the rows and takes everything down."],
  ["npm run local -- [options]", "Does the same, but stays up until Ctrl-C."],
  ["npm run local -- pulumi <command>", cliUsage],
  ["npm run local -- stop", stopUsage],
  ["npm run local -- sql <file>", sqlUsage],
];

const optionRows: Row[] = [
  ["--config <key>=<value>", "Sets a configuration value for this run. You can repeat this option."],
  ["--data <folder>", "Keeps rows, passwords and addresses in a folder for the next run. Default: nothing stays."],
  ["--logs", "With `pulumi`: prints what the stand-in's services say, too."],
  ["--port <number>", "The proxy listens on this port, and each further one on the next. Default: any free port."],
  ["--program <folder>", "Runs the program in another folder with a Pulumi.yaml. Default: this folder."],
  ["--stack <name>", "Reads the configuration of Pulumi.<name>.yaml. Default: dev, or the only one that there is."],
  ["--stay", "Stays up until Ctrl-C, and says how to connect and how to invoke a function."],
  ["-h, --help", "Prints this text."],
];

/** Returns the text for `--help`. @param columns width of the terminal; undefined for no limit */
export function helpText(config: Record<string, ConfigDeclaration>, columns: number | undefined): string {
  // Keys such as pulumi:tags are for the CLI itself.
  const own = Object.entries(config).filter(([key]) => !key.startsWith("pulumi:"));
  const configRows = own.map(([key, declaration]): Row => [key, describe(declaration)]);
  const sections: [title: string, rows: Row[]][] = [
    ["Usage", isInstalled ? installedUsage : checkoutUsage],
    ["Options", optionRows],
    ["Configuration keys, from Pulumi.yaml", configRows],
  ];
  return sections
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => `${title}:\n${table(rows, columns)}`)
    .join("\n\n");
}

function describe({ type, description = "", ...declaration }: ConfigDeclaration): string {
  const value = declaration.default ?? declaration.value ?? "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const sentences = [description, ...(type === undefined ? [] : [`Type: ${type}`])];
  if (text !== "") sentences.push(`Default: ${text}`);
  return sentences.map((sentence) => `${sentence}.`).join(" ");
}

function table(rows: Row[], columns: number | undefined): string {
  const indent = 4 + Math.max(...rows.map(([term]) => term.length));
  const lines = rows.map(([term, description]) => {
    const wrapped = wrap(description, columns && Math.max(20, columns - indent));
    return `  ${term.padEnd(indent - 2)}${wrapped.join(`\n${" ".repeat(indent)}`)}`;
  });
  return lines.join("\n");
}

import { parseArgs } from "node:util";

/** What the user wants to know. */
export interface CommandLine {
  help: boolean;
  json: boolean;
  /** Whether to ask the stand-in of this machine instead of AWS. */
  local: boolean;
  /** Name of the function to begin with. */
  functionName: string | undefined;
  /** Name of the stack whose outputs name the function. */
  stack: string | undefined;
  region: string | undefined;
}

export const usage = `Usage: lambda-rds-proxy doctor [options]

Walks from a function through its RDS Proxy to the database, and says of each step what is wrong and how to
repair it. It changes nothing. The exit code is 0 only if all is well.

  --function <name>  The function to begin with. Default: the stack's output functionName.
  --stack <name>     Reads the outputs of this stack with the Pulumi CLI. Default: the selected stack.
  --region <name>    Region of the function. Default: AWS_REGION, or the profile's.
  --local            Asks the stand-in that stays up on this machine instead of AWS.
  --json             Prints JSON.
  -h, --help         Prints this text.

AWS credentials come from the environment or the profile, as for the AWS CLI.`;

const options = {
  help: { type: "boolean", short: "h", default: false },
  json: { type: "boolean", default: false },
  local: { type: "boolean", default: false },
  function: { type: "string" },
  stack: { type: "string" },
  region: { type: "string" },
} as const;

/** @throws Error that names the argument that cannot be used */
export function parseCommandLine(args: string[]): CommandLine {
  const { values } = parse(args);
  for (const [name, value] of Object.entries(values)) {
    if (value === "") throw new Error(`--${name} has no value, but it needs one: --help says which.`);
  }
  if (values.function !== undefined && values.stack !== undefined) {
    throw new Error("--function and --stack both name the function: give only one of them.");
  }
  const { function: functionName, ...others } = values;
  return { stack: undefined, region: undefined, ...others, functionName };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new Error(`${(error as Error).message.split(". ")[0] ?? ""}: --help lists the options.`, { cause: error });
  }
}

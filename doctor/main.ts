/** Says what is wrong on the way from a function to its database: `npm run doctor`, `npx lambda-rds-proxy doctor`. */
import { parseCommandLine, usage } from "./commandLine";
import { diagnose } from "./diagnose";
import { isWell, textOf } from "./report";
import { Aws, type Place } from "./sdk";
import { functionOfStack } from "./stackOutputs";
import { findStandIn } from "./standIn";

async function main(): Promise<number> {
  const options = parseCommandLine(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const { place, functionName } = await patient(options);
  const aws = new Aws(place);
  const hops = await diagnose(aws.ask, functionName, aws.refused);
  console.log(options.json ? JSON.stringify({ ok: isWell(hops), hops }, null, 2) : textOf(hops));
  return isWell(hops) ? 0 : 1;
}

async function patient(options: ReturnType<typeof parseCommandLine>): Promise<{ place: Place; functionName: string }> {
  const { functionName, stack, region } = options;
  if (!options.local) {
    return {
      place: { ...(region !== undefined && { region }) },
      functionName: functionName ?? (await functionOfStack(stack)),
    };
  }
  const { place, functionNames } = await findStandIn(functionName);
  // Functions that nobody has named come from the component itself, such as the one that manages users.
  const [only, ...others] = functionNames.filter((name) => !name.includes("-manager-"));
  if (functionName !== undefined) return { place, functionName };
  if (only !== undefined && others.length === 0) return { place, functionName: only };
  throw new Error(`The stand-in has the functions ${functionNames.join(", ") || "none"}: name one with --function.`);
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    const { name, message } = error as Error;
    const said = name === "Error" ? message : `${name}: ${message}`;
    console.error(`error: ${said}`);
    process.exitCode = 2;
  },
);

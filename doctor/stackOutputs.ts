import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * The name of the function in a stack's outputs: `functionName`, or the only one whose name ends like that.
 *
 * @throws Error when there is no CLI, no stack or no such output
 */
export async function functionOfStack(stack: string | undefined): Promise<string> {
  const args = ["stack", "output", "--json", ...(stack === undefined ? [] : ["--stack", stack])];
  let text: string;
  try {
    text = (await promisify(execFile)("pulumi", args)).stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
    const why = code === "ENOENT" ? "there is no `pulumi` on PATH" : stderr.trim();
    throw new Error(`The outputs of the stack cannot be read (${why}): name the function with --function.`, {
      cause: error,
    });
  }
  return functionIn(JSON.parse(text) as Record<string, unknown>);
}

/** @throws Error when no output, or more than one, is the name of a function */
export function functionIn(outputs: Record<string, unknown>): string {
  const { functionName } = outputs;
  if (typeof functionName === "string") return functionName;
  const names = Object.keys(outputs).filter((name) => /functionName$/i.test(name));
  const [only = ""] = names;
  if (names.length === 1 && typeof outputs[only] === "string") return outputs[only];
  throw new Error(
    `The stack has ${names.length === 0 ? "no output functionName" : `the outputs ${names.join(", ")}`}: name the function` +
      " with --function, or export `functionName` of a ProxyClientFunction.",
  );
}

import type { StackOutput } from "./engine";
import { wrap } from "./terminal";

/** Longest log line of a service that a terminal shows whole. */
const longestLogLine = 240;

/** Width of the terminal. Undefined when the output goes to a file or another program, which get lines of any length. */
export function terminalColumns(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

/** Prints a line that a function or a proxy has logged. */
export function printLogLine(line: string): void {
  const columns = terminalColumns();
  const isTooLong = columns !== undefined && line.length > longestLogLine;
  const text = isTooLong ? `${line.slice(0, longestLogLine)}…` : line;
  console.log(`    ${wrap(text, columns && columns - 6).join("\n      ")}`);
}

/** Prints a stack's outputs without its secrets. It never shortens them, because people copy them. */
export function printOutputs(outputs: Record<string, StackOutput>): void {
  console.log("Outputs");
  if (Object.keys(outputs).length === 0) console.log("  none");
  const longest = Math.max(...Object.keys(outputs).map((name) => name.length));
  for (const [name, { value, secret }] of Object.entries(outputs)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    console.log(`  ${name.padEnd(longest)} ${secret ? "[secret]" : text}`);
  }
  console.log();
}

/**
 * Prints an error, and where in the program it comes from.
 *
 * @param folder the project's folder, which is left out of the names of its files
 */
export function printError(error: unknown, folder: string, location?: string): void {
  const message = error instanceof Error ? error.message : String(error);
  // The compiler and Node append how they got there, which says nothing about the program.
  const [whole = ""] = message.split(/\n+(?:Caused by|Require stack):/);
  // Pulumi puts in front which properties have waited for what failed.
  const text = whole.replace(/^(error serializing property "[^"]+": )+/, "");
  console.error(`\nerror: ${text.trim().replaceAll(`${folder}/`, "")}`);
  if (location !== undefined) console.error(`    at ${location}`);
}

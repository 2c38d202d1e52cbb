import type { StackOutput } from "./engine";

/** Longest log line of a service that is shown whole. */
const longestLine = 240;

/** Prints a line that a service wrote: a function, or a proxy. */
export function printLogLine(line: string): void {
  console.log(`    ${line.length > longestLine ? `${line.slice(0, longestLine)}…` : line}`);
}

/** Prints a stack's outputs, but no secrets. */
export function printOutputs(outputs: Record<string, StackOutput>): void {
  console.log("Outputs");
  for (const [name, { value, secret }] of Object.entries(outputs)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    console.log(`  ${name.padEnd(18)} ${secret ? "[secret]" : text}`);
  }
  console.log();
}

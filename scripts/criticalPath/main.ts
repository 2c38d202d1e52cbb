/** `npm run critical-path`: how long a deployment takes at the least, and because of what. */
import { criticalPath, durationOf, type Step } from "./path";
import { databases, logins, resourcesOf, withProxyAfterDatabase } from "./programs";
import { creationTime } from "./times";

async function main(): Promise<void> {
  const rows = [["database", "log-in", "critical path", "proxy after database"]];
  const details: string[] = [];
  for (const [database, ofDatabase] of Object.entries(databases)) {
    for (const [login, ofLogin] of Object.entries(logins)) {
      const resources = await resourcesOf({ ...ofDatabase, ...ofLogin });
      const path = criticalPath(resources, creationTime);
      const serial = criticalPath(withProxyAfterDatabase(resources), creationTime);
      rows.push([database, login, minutes(durationOf(path)), minutes(durationOf(serial))]);
      details.push(`${database}, ${login}:`, ...path.map(line), "");
    }
  }
  console.log(details.join("\n"));
  console.log(table(rows));
  console.log(
    "\nFrom published creation times (scripts/criticalPath/times.ts). The minutes until a registered target is AVAILABLE, for" +
      "\nwhich the first invocation waits, come on top in either case.",
  );
}

function line({ type, name, seconds, total }: Step): string {
  const kind = type.split(":").at(-1) ?? type;
  return `  ${seconds.toFixed(1).padStart(6)} s ${minutes(total).padStart(11)}  ${kind} ${name}`;
}

function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

void main();

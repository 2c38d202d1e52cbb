import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { FieldPacket, ResultSetHeader } from "mysql2/promise";
import { readClientOptions } from "./clientOptions";

/** What the prompt is asked to do: the arguments after `sql`. Undefined for another command. */
export function sqlArguments(args: string[]): string[] | undefined {
  const [word, ...rest] = args.filter((argument) => argument !== "--stay");
  return word === "sql" ? rest : undefined;
}

/**
 * A small prompt for SQL, for machines without a client of MySQL. A statement ends with a semicolon at the end of a line.
 *
 * @returns the exit code: 1 if a statement of a file or a pipe has failed
 */
export async function runSql([file, ...others]: string[], print: (line: string) => void): Promise<number> {
  if (file === undefined || others.length > 0) {
    throw new Error("`sql` needs one argument, the file that says how to connect: `npm run local` names it.");
  }
  const { host, port, user, password, authority } = await readClientOptions(file);
  // Nobody else needs the driver here.
  const { createConnection } = await import("mysql2/promise");
  const ssl = { ca: await readFile(authority, "utf8"), verifyIdentity: true };
  const texts = { dateStrings: true, supportBigNumbers: true, bigNumberStrings: true };
  const connection = await createConnection({ host, port, user, password, ssl, rowsAsArray: true, ...texts });
  const isTerminal = process.stdin.isTTY;
  const lines = createInterface({
    input: process.stdin,
    output: isTerminal ? process.stdout : undefined,
    prompt: "sql> ",
  });
  let exitCode = 0;
  const run = async (statement: string) => {
    try {
      const [result, fields] = await connection.query(statement);
      for (const line of shown(result as unknown[][] | ResultSetHeader, fields)) print(line);
    } catch (error) {
      print(`error: ${(error as Error).message}`);
      if (!isTerminal) exitCode = 1;
    }
  };
  try {
    let statement = "";
    if (isTerminal) lines.prompt();
    for await (const line of lines) {
      if (statement === "" && /^\s*(exit|quit|\\q);?\s*$/i.test(line)) break;
      statement += `${line}\n`;
      if (/;\s*$/.test(line)) {
        await run(statement);
        statement = "";
      }
      if (isTerminal) lines.prompt();
    }
    if (statement.trim() !== "") await run(statement);
  } finally {
    lines.close();
    await connection.end();
  }
  return exitCode;
}

/** A table with its columns one below the other, or how many rows a statement has changed. */
function shown(result: unknown[][] | ResultSetHeader, fields: FieldPacket[]): string[] {
  if (!Array.isArray(result)) return [`${result.affectedRows} rows affected`];
  const rows = [fields.map(({ name }) => name), ...result.map((row) => row.map(textOf))];
  const widths = fields.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function textOf(value: unknown): string {
  if (value === null) return "NULL";
  if (Buffer.isBuffer(value)) return `0x${value.toString("hex")}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

import { readFileSync } from "node:fs";
import { join } from "node:path";

declare const stage: string;

/** Uses what the arguments of a bundle give. */
export function describe(): Promise<unknown> {
  const sql = require("./handler-report.sql") as string;
  const file = readFileSync(join(process.env.LAMBDA_TASK_ROOT ?? "", "sql/report.sql"), "utf8");
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const native = require("native-module") as string;
  return Promise.resolve({ sql, file, stage, native });
}

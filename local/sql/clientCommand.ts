import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { stayCommand } from "../installed";

/** The command that connects with an options file: with a client on this machine, or with the prompt of the stand-in. */
export async function clientCommand(file: string): Promise<string> {
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const isThere = (program: string) => path.some((folder) => existsSync(join(folder, program)));
  if (isThere("mariadb")) return `mariadb --defaults-extra-file=${file}`;
  if (!isThere("mysql")) return `${stayCommand} sql ${file}`;
  const { stdout } = await promisify(execFile)("mysql", ["--version"]).catch(() => ({ stdout: "" }));
  const verify = stdout.includes("MariaDB") ? "" : " --ssl-mode=VERIFY_IDENTITY";
  return `mysql --defaults-extra-file=${file}${verify}`;
}

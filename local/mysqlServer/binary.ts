import { execFile } from "node:child_process";
import { access, constants, realpath } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

/** MySQL or MariaDB. They differ in their authentication plugins and in how they create a data folder. */
export type Flavour = "mariadb" | "mysql";

/** A database server program on this machine. */
export interface ServerBinary {
  path: string;
  flavour: Flavour;
  /** Version number, such as `10.11.19` or `8.4.6`. */
  version: string;
}

/** Debian installs servers in /usr/sbin, which only root has on PATH. Homebrew uses its own folders. */
const furtherFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/local/mysql/bin", "/opt/homebrew/bin", "/usr/libexec"];

const found = new Map<string | undefined, Promise<ServerBinary>>();

/**
 * Finds `mysqld` or `mariadbd` and asks it for its version, once in this process.
 *
 * @param path the program to use instead of the first that is found
 * @throws Error when there is no server, or when it does not run
 */
export function findServerBinary(path?: string): Promise<ServerBinary> {
  const binary = found.get(path) ?? askForVersion(path);
  found.set(path, binary);
  return binary;
}

async function askForVersion(path?: string): Promise<ServerBinary> {
  const program = path ?? (await firstOnPath(["mysqld", "mariadbd"]));
  if (program === undefined) {
    throw new Error(
      "No MySQL-compatible server was found, because mysqld and mariadbd are not on PATH: install one, for example with " +
        "`node scripts/setup.mjs`, `apt-get install mariadb-server-core` or `brew install mariadb`.",
    );
  }
  const answer = await promisify(execFile)(program, ["--no-defaults", "--version"]).catch((error: unknown) => {
    throw new Error(`The database server ${program} does not run: ${error instanceof Error ? error.message : ""}`);
  });
  const version = /Ver (\d+\.\d+\.\d+)(\S*)/.exec(answer.stdout);
  if (version?.[1] === undefined) {
    throw new Error(
      `${program} reports its version as "${answer.stdout.trim()}", but it has to be a server of MySQL or MariaDB.`,
    );
  }
  const flavour = /mariadb/i.test(answer.stdout) ? "mariadb" : "mysql";
  return { path: await realpath(program), flavour, version: version[1] };
}

async function firstOnPath(names: string[]): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...furtherFolders];
  for (const name of names) {
    for (const folder of folders) {
      if (folder !== "" && (await exists(join(folder, name), constants.X_OK))) return join(folder, name);
    }
  }
  return undefined;
}

/** The engine and series of a server, such as `MariaDB 10.11`. Servers of one series read each other's data. */
export function familyOf({ flavour, version }: ServerBinary): string {
  const [major, minor] = version.split(".");
  return `${flavour === "mariadb" ? "MariaDB" : "MySQL"} ${major ?? ""}.${minor ?? ""}`;
}

/**
 * Finds the folder of a MariaDB server's SQL scripts, which create its system tables.
 *
 * @throws Error when the scripts are in none of the usual folders
 */
export async function findSystemTableScripts(binary: ServerBinary): Promise<string> {
  const share = join(dirname(dirname(binary.path)), "share");
  const candidates = [share, "/usr/share"].flatMap((folder) => [join(folder, "mysql"), join(folder, "mariadb")]);
  for (const folder of candidates) {
    if (await exists(join(folder, "mysql_system_tables.sql"), constants.R_OK)) return folder;
  }
  throw new Error(
    `The MariaDB server ${binary.path} needs its file mysql_system_tables.sql, which is in none of ` +
      `${candidates.join(", ")}: install the package that contains it, for example mariadb-server-core.`,
  );
}

async function exists(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

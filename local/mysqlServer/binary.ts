import { execFile } from "node:child_process";
import { access, constants, realpath } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

/** Whose server it is; the two differ in authentication plugins and in how a data folder is made. */
export type Flavour = "mariadb" | "mysql";

/** A server program on this machine. */
export interface ServerBinary {
  path: string;
  flavour: Flavour;
  /** Such as `10.11.19` or `8.4.6`. */
  version: string;
}

/** Debian puts servers into /usr/sbin, which is on PATH for root only; Homebrew into folders of its own. */
const furtherFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/local/mysql/bin", "/opt/homebrew/bin", "/usr/libexec"];

/**
 * Finds `mysqld` or `mariadbd` and asks it who it is.
 *
 * @param path the program to use instead of the first one found
 * @throws Error when there is none, or when it does not run.
 */
export async function findServerBinary(path?: string): Promise<ServerBinary> {
  const program = path ?? (await firstOnPath(["mysqld", "mariadbd"]));
  if (program === undefined) {
    throw new Error(
      "No MySQL-compatible server found: neither mysqld nor mariadbd is on PATH; " +
        "install one, for example with `apt-get install mariadb-server-core` or `brew install mariadb`.",
    );
  }
  const answer = await promisify(execFile)(program, ["--no-defaults", "--version"]).catch((error: unknown) => {
    throw new Error(`The database server ${program} does not run: ${error instanceof Error ? error.message : ""}`);
  });
  const version = /Ver (\d+\.\d+\.\d+)(\S*)/.exec(answer.stdout);
  if (version?.[1] === undefined) {
    throw new Error(
      `The database server ${program} calls itself "${answer.stdout.trim()}", which is neither MySQL nor MariaDB.`,
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

/**
 * The folder of a MariaDB server's SQL scripts, from which its system tables are made.
 *
 * @throws Error when there is none where packages usually put it.
 */
export async function findSystemTableScripts(binary: ServerBinary): Promise<string> {
  const share = join(dirname(dirname(binary.path)), "share");
  const candidates = [share, "/usr/share"].flatMap((folder) => [join(folder, "mysql"), join(folder, "mariadb")]);
  for (const folder of candidates) {
    if (await exists(join(folder, "mysql_system_tables.sql"), constants.R_OK)) return folder;
  }
  throw new Error(
    `The MariaDB server ${binary.path} lacks its file mysql_system_tables.sql, looked for in ${candidates.join(", ")}; ` +
      "install the package that belongs to it, for example mariadb-server-core.",
  );
}

async function exists(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

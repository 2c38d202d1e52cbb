import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { KeptDatabase } from "../kept";
import type { Reaper } from "../reaper";
import { findServerBinary, findSystemTableScripts, type ServerBinary } from "./binary";
import { emptyDataOf, keepEmptyData } from "./emptyData";
import { serverFlags } from "./flags";
import { LogTail } from "./logTail";

/** The user and the database that a new server has from the start. */
export interface InitialContent {
  masterUser: string;
  masterPassword: string;
  databaseName?: string | undefined;
}

/**
 * RDS's privileges for the master user: all but those that reach outside the database (FILE, SHUTDOWN, SUPER).
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
 */
const masterPrivileges = [
  "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES",
  "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW",
  "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER",
].join(", ");

/** A server's new data folder. It gets the system tables and nothing else. */
export interface PreparedServer {
  binary: ServerBinary;
  /** The folder for all files of the server. Its data is in the subfolder `data`, unless it is kept. */
  folder: string;
  /** The data that stays after this run, if it does. */
  kept?: KeptDatabase | undefined;
  /**
   * Resolves when the system tables are there. Rejects with the end of the server's log when the server cannot create
   * them.
   */
  finished: Promise<void>;
}

/**
 * Starts to create a data folder. This can begin before the program has said which database it wants. Resolves as soon
 * as a process of its own does the work, which then goes on even while this process is busy.
 *
 * @param path the server program to use instead of the first that is found
 * @param kept the place of data that stays, which may have data already
 */
export async function prepareServer(reaper: Reaper, path?: string, kept?: KeptDatabase): Promise<PreparedServer> {
  const binary = await findServerBinary(path);
  const folder = await mkdtemp(join(reaper.folder, "mysql-"));
  if (kept?.isFilled) return { binary, folder, kept, finished: Promise.resolve() };
  const data = kept?.path ?? join(folder, "data");
  await mkdir(data, { recursive: true });
  const script = binary.flavour === "mariadb" ? await systemTables(binary) : "";
  const emptyData = await emptyDataOf(binary, script);
  const isKept = existsSync(emptyData);
  const input = join(folder, "system-tables.sql");
  await writeFile(input, script);
  const child = isKept ? copyFolder(emptyData, data) : createSystemTables(binary, folder, input, kept?.path);
  reaper.watch(child);
  const log = new LogTail(child.stderr);
  const created = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(log.error(`${child.spawnfile} could not create ${data} (${signal ?? `exit code ${code ?? 0}`})`));
    });
  });
  const finished = isKept ? created : created.then(() => keepEmptyData(emptyData, data));
  // `startMysqlServer` waits for this promise later. Without this line Node would report a failure before that as
  // unhandled.
  finished.catch(() => undefined);
  await once(child, "spawn");
  return { binary, folder, kept, finished };
}

type Worker = ChildProcessByStdio<null, null, Readable>;

function copyFolder(from: string, to: string): Worker {
  return spawn("cp", ["-R", `${from}/.`, to], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
}

function createSystemTables(binary: ServerBinary, folder: string, script: string, kept?: string): Worker {
  const flags =
    binary.flavour === "mariadb"
      ? // The script names the engine of each table. Without the second option, the server would use its default engine.
        ["--bootstrap", "--enforce-storage-engine=", "--log-warnings=0"]
      : ["--initialize-insecure"];
  const input = openSync(script, "r");
  try {
    return spawn(binary.path, [...serverFlags(binary, folder, kept), ...flags], {
      detached: true,
      stdio: [input, "ignore", "pipe"],
    }) as Worker;
  } finally {
    closeSync(input);
  }
}

/** Returns MariaDB's own scripts, without the accounts that they create: their root has no password. */
async function systemTables(binary: ServerBinary): Promise<string> {
  const folder = await findSystemTableScripts(binary);
  const names = ["mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql"];
  const scripts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return [
    "create database mysql;",
    "use mysql;",
    "set @auth_root_socket = null;",
    ...scripts,
    // This account owns the system views, so it has to stay.
    "delete from mysql.global_priv where User <> 'mariadb.sys';",
    "delete from mysql.proxies_priv;",
    "",
  ].join("\n");
}

/**
 * The user that RDS itself administers a server with. It can log in through the socket file only, so nobody else can.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
 */
export const administrator = "rdsadmin";

/** Returns the statements for a server's first start, one on each line, as `--init-file` expects them. */
export function initialSql(
  { flavour }: ServerBinary,
  { masterUser, masterPassword, databaseName }: InitialContent,
  administratorPassword: string,
): string {
  const user = `${literal(masterUser)}@'%'`;
  const statements = [
    `CREATE USER '${administrator}'@'localhost' IDENTIFIED BY ${literal(administratorPassword)};`,
    `GRANT ALL PRIVILEGES ON *.* TO '${administrator}'@'localhost' WITH GRANT OPTION;`,
    `CREATE USER ${user} IDENTIFIED BY ${literal(masterPassword)};`,
    `GRANT ${masterPrivileges} ON *.* TO ${user} WITH GRANT OPTION;`,
  ];
  if (flavour === "mysql") statements.push("DROP USER 'root'@'localhost';");
  if (databaseName) statements.push(`CREATE DATABASE ${quotedName(databaseName)};`);
  return statements.join("\n") + "\n";
}

/**
 * Returns the statements for a later start with data that was kept: the same users, database and rights, with the passwords of this
 * run.
 */
export function renewingSql(
  { masterUser, masterPassword, databaseName }: InitialContent,
  administratorPassword: string,
): string {
  const user = `${literal(masterUser)}@'%'`;
  const statements = [
    `ALTER USER '${administrator}'@'localhost' IDENTIFIED BY ${literal(administratorPassword)};`,
    `CREATE USER IF NOT EXISTS ${user} IDENTIFIED BY ${literal(masterPassword)};`,
    `ALTER USER ${user} IDENTIFIED BY ${literal(masterPassword)};`,
    `GRANT ${masterPrivileges} ON *.* TO ${user} WITH GRANT OPTION;`,
  ];
  if (databaseName) statements.push(`CREATE DATABASE IF NOT EXISTS ${quotedName(databaseName)};`);
  return statements.join("\n") + "\n";
}

function quotedName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** Quotes a text for a statement. */
export function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

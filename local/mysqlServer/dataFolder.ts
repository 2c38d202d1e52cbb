import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Reaper } from "../reaper";
import { findServerBinary, findSystemTableScripts, type ServerBinary } from "./binary";
import { serverFlags } from "./flags";
import { LogTail } from "./logTail";

/** Who and what a new server knows from the start. */
export interface InitialContent {
  masterUser: string;
  masterPassword: string;
  databaseName?: string | undefined;
}

/**
 * What RDS gives the master user: everything but what would let it leave the database (FILE, SHUTDOWN, SUPER).
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
 */
const masterPrivileges = [
  "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES",
  "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW",
  "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER",
].join(", ");

/** A server's data folder that is being made, with system tables and nothing else. */
export interface PreparedServer {
  binary: ServerBinary;
  /** Everything that belongs to the server is in here; its data in `data`. */
  folder: string;
  /** Rejects with the end of the server's log, when it could not make its system tables. */
  finished: Promise<void>;
}

/**
 * Starts to make a data folder, which can be done before it is known what for. Resolves as soon as the work goes on by
 * itself: it needs nothing more of this process, however busy that is.
 *
 * @param path the server program to use instead of the first one found
 */
export async function prepareServer(reaper: Reaper, path?: string): Promise<PreparedServer> {
  const binary = await findServerBinary(path);
  const folder = await mkdtemp(join(reaper.folder, "mysql-"));
  await mkdir(join(folder, "data"));
  const scripts = join(folder, "system-tables.sql");
  await writeFile(scripts, binary.flavour === "mariadb" ? await systemTables(binary) : "");
  const flags =
    binary.flavour === "mariadb"
      ? // The scripts make tables of engines that a server without clients would otherwise replace by its default one.
        ["--bootstrap", "--enforce-storage-engine=", "--log-warnings=0"]
      : ["--initialize-insecure"];
  const input = await open(scripts);
  const child = spawn(binary.path, [...serverFlags(binary, folder), ...flags], {
    detached: true,
    stdio: [input.fd, "ignore", "pipe"],
  }) as ChildProcessByStdio<null, null, Readable>;
  reaper.watch(child);
  const log = new LogTail(child.stderr);
  const finished = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(log.error(`${binary.path} could not make its data folder (${signal ?? `exit code ${code ?? 0}`})`));
    });
  });
  // Whoever uses the server waits for it; until then a failure is not an unhandled one.
  finished.catch(() => undefined);
  await once(child, "spawn");
  await input.close();
  return { binary, folder, finished };
}

/** MariaDB's own scripts, without the accounts in them: root has no password there. */
async function systemTables(binary: ServerBinary): Promise<string> {
  const folder = await findSystemTableScripts(binary);
  const names = ["mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql"];
  const scripts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return [
    "create database mysql;",
    "use mysql;",
    "set @auth_root_socket = null;",
    ...scripts,
    // The owner of the system views has to stay.
    "delete from mysql.global_priv where User <> 'mariadb.sys';",
    "delete from mysql.proxies_priv;",
    "",
  ].join("\n");
}

/** What a server runs when it first starts: a statement a line, as `--init-file` takes them. */
export function initialSql(
  { flavour }: ServerBinary,
  { masterUser, masterPassword, databaseName }: InitialContent,
): string {
  const user = `${literal(masterUser)}@'%'`;
  const statements = [
    `CREATE USER ${user} IDENTIFIED BY ${literal(masterPassword)};`,
    `GRANT ${masterPrivileges} ON *.* TO ${user} WITH GRANT OPTION;`,
  ];
  if (flavour === "mysql") statements.push("DROP USER 'root'@'localhost';");
  if (databaseName) statements.push(`CREATE DATABASE \`${databaseName.replaceAll("`", "``")}\`;`);
  return statements.join("\n") + "\n";
}

function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

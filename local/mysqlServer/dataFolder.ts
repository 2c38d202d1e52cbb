import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Reaper } from "../reaper";
import { findSystemTableScripts, type ServerBinary } from "./binary";
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

/** Makes the data folder `<folder>/data` with the system tables, the master user and the database. */
export async function createDataFolder(
  binary: ServerBinary,
  folder: string,
  content: InitialContent,
  reaper: Reaper,
): Promise<void> {
  const flags = serverFlags(binary, folder);
  await mkdir(join(folder, "data"));
  if (binary.flavour === "mysql") {
    const file = join(folder, "initial.sql");
    await writeFile(file, initialSql(content, ["DROP USER 'root'@'localhost';"]), { mode: 0o600 });
    await run(binary, [...flags, "--initialize-insecure", `--init-file=${file}`], "", reaper);
    return;
  }
  const scripts = await findSystemTableScripts(binary);
  const read = (name: string) => readFile(join(scripts, name), "utf8");
  const sql = [
    "create database mysql;",
    "use mysql;",
    "set @auth_root_socket = null;",
    await read("mysql_system_tables.sql"),
    await read("mysql_performance_tables.sql"),
    await read("mysql_system_tables_data.sql"),
    // Of the accounts in those scripts only the owner of the system views stays; root has no password in them.
    initialSql(content, [
      "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';",
      "DELETE FROM mysql.proxies_priv;",
      "FLUSH PRIVILEGES;",
    ]),
  ];
  // The scripts make tables of engines that a bootstrapping server would otherwise replace by its default one.
  await run(binary, [...flags, "--bootstrap", "--enforce-storage-engine=", "--log-warnings=0"], sql.join("\n"), reaper);
}

/** A statement a line, since both ways of feeding a server take them so. */
function initialSql({ masterUser, masterPassword, databaseName }: InitialContent, dropRoot: string[]): string {
  const user = `${literal(masterUser)}@'%'`;
  const statements = [
    ...dropRoot,
    `CREATE USER ${user} IDENTIFIED BY ${literal(masterPassword)};`,
    `GRANT ${masterPrivileges} ON *.* TO ${user} WITH GRANT OPTION;`,
  ];
  if (databaseName) statements.push(`CREATE DATABASE \`${databaseName.replaceAll("`", "``")}\`;`);
  return statements.join("\n") + "\n";
}

function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

async function run(binary: ServerBinary, flags: string[], input: string, reaper: Reaper): Promise<void> {
  const child = spawn(binary.path, flags, { detached: true, stdio: ["pipe", "ignore", "pipe"] });
  reaper.watch(child);
  const log = new LogTail(child.stderr);
  // A server that dies early breaks the pipe; its exit tells more.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(log.error(`${binary.path} could not make its data folder (${signal ?? `exit code ${code ?? 0}`})`));
    });
  });
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2/promise";
import { type MysqlServer, startMysqlServer } from "../../../../local/mysqlServer";
import { CertificateAuthority } from "../../../../local/tls";

/*
 * Database servers for tests. To start one takes up to half a second of CPU, so the files that one process of mocha runs,
 * one after the other, share a server of each kind. Each file finds it with a master user, an empty schema `test` and no
 * connections: after each file, a root hook (test/support/hooks.ts) takes away what the file left behind, such as users
 * and schemas. So a test
 *
 * - calls `sharedServer()` if any server will do, or goes through `serverKinds` if MySQL and MariaDB may differ;
 * - gives the master user its password back if it changes it;
 * - calls `startMysqlServer` for a server of its own if it stops the server, or needs another `maxConnections`.
 */

export const masterUser = "admin";
export const masterPassword = "master-password-1";

export const authority = new CertificateAuthority();

/** The MySQL server that scripts/get-mysql.sh fetches. */
const fetchedMysql = join(__dirname, "../../../../.cache/mysql/bin/mysqld");

/** What a run of the tests says at its end if it had no MySQL. */
export const leftOut = existsSync(fetchedMysql)
  ? undefined
  : "No MySQL server is in .cache/mysql, so the tests with MySQL did not run: scripts/get-mysql.sh fetches it.";

/** The kinds of server to test with: the one on PATH, and MySQL if it was fetched. */
export const serverKinds: { name: string; start: () => Promise<MysqlServer> }[] = [
  { name: "the server on PATH", start: () => sharedServer() },
  ...(existsSync(fetchedMysql) ? [{ name: "MySQL", start: () => sharedServer(fetchedMysql) }] : []),
];

const servers = new Map<string, Promise<MysqlServer>>();

/** Starts one server of each kind for all files that this process runs. */
export function sharedServer(binary?: string): Promise<MysqlServer> {
  const known = servers.get(binary ?? "");
  if (known) return known;
  const tls = authority.issue(["localhost"]);
  const started = startMysqlServer({
    masterUser,
    masterPassword,
    maxConnections: 60,
    databaseName: "test",
    binary,
    tls,
  });
  servers.set(binary ?? "", started);
  return started;
}

export function directly(server: { host: string; port: number }, options: ConnectionOptions = {}): Promise<Connection> {
  return createConnection({
    host: server.host,
    port: server.port,
    user: masterUser,
    password: masterPassword,
    ...options,
  });
}

/** Takes away what a test file has left in the shared servers. A server that cannot be emptied is replaced by a new one. */
export async function emptyServers(): Promise<void> {
  await Promise.all(
    [...servers].map(async ([key, started]) => {
      try {
        await empty(await started);
      } catch {
        servers.delete(key);
        await started.then((server) => server.stop()).catch(() => undefined);
      }
    }),
  );
}

async function empty(server: MysqlServer): Promise<void> {
  const admin = await directly(server, { rowsAsArray: true, connectTimeout: 2_000 });
  const names = async (sql: string): Promise<string[]> => ((await admin.query(sql))[0] as string[][]).flat();
  const others =
    "FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND USER NOT IN ('system user', 'event_scheduler')";
  try {
    // A connection that ends by itself in the meantime cannot be killed any more.
    for (const id of await names(`SELECT ID ${others}`)) await admin.query(`KILL ${id}`).catch(() => undefined);
    const system = "'information_schema', 'mysql', 'performance_schema', 'sys'";
    for (const name of await names(
      `SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN (${system})`,
    )) {
      await admin.query(`DROP DATABASE ${admin.escapeId(name)}`);
    }
    const users = `SELECT CONCAT(QUOTE(User), '@', QUOTE(Host)) FROM mysql.user WHERE User <> '${masterUser}' AND User NOT LIKE 'm%.%'`;
    for (const user of await names(users)) await admin.query(`DROP USER ${user}`);
    await admin.query("CREATE DATABASE test");
  } finally {
    admin.destroy();
  }
}

/** Stops the shared servers. */
export async function stopServers(): Promise<void> {
  const started = [...servers.values()];
  servers.clear();
  await Promise.all(started.map(async (server) => (await server).stop()));
}

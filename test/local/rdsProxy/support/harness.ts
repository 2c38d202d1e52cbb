import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2/promise";
import { type MysqlServer, startMysqlServer } from "../../../../local/mysqlServer";
import {
  type ProxyLogEvent,
  RdsProxy,
  type RdsProxyOptions,
  type TargetGroupConfig,
  type TargetOptions,
} from "../../../../local/rdsProxy";
import { CertificateAuthority } from "../../../../local/tls";
import { until } from "./until";

export const masterUser = "admin";
export const masterPassword = "master-password-1";
export const proxyEndpoint = "proxy.test.local";
export const targetId = "db-TEST";

export const authority = new CertificateAuthority();
const certificate = authority.issue([proxyEndpoint, "localhost"]);

const defaultConfig: TargetGroupConfig = {
  maxConnectionsPercent: 100,
  maxIdleConnectionsPercent: 50,
  connectionBorrowTimeout: 5,
  sessionPinningFilters: [],
  initQuery: "",
};

export interface TestProxyOptions extends Partial<RdsProxyOptions> {
  config?: Partial<TargetGroupConfig>;
  dial?: () => Promise<Socket>;
  targetTls?: boolean;
  engine?: TargetOptions["engine"];
  /** Wait until the target is available. @default true */
  available?: boolean;
}

export interface TestProxy {
  proxy: RdsProxy;
  events: ProxyLogEvent[];
  connect: (options?: ConnectionOptions) => Promise<Connection>;
  configure: (config: Partial<TargetGroupConfig>) => void;
}

const running: { close(): Promise<void> }[] = [];

/** Closes what a test has opened: proxies and connections. */
export async function closeAll(): Promise<void> {
  for (const resource of running.splice(0).reverse()) await resource.close().catch(() => undefined);
}

export function dialer(server: { host: string; port: number }): () => Promise<Socket> {
  return () =>
    new Promise((resolve, reject) => {
      const socket = connect(server.port, server.host, () => {
        socket.off("error", reject);
        resolve(socket);
      });
      socket.once("error", reject);
    });
}

export async function startProxy(
  server: { host: string; port: number },
  options: TestProxyOptions = {},
): Promise<TestProxy> {
  const { config, dial = dialer(server), targetTls = false, engine, available = true, ...rest } = options;
  const events: ProxyLogEvent[] = [];
  const proxy = await RdsProxy.listen({
    name: "test",
    endpoint: proxyEndpoint,
    tls: certificate,
    requireTls: false,
    idleClientTimeout: 1800,
    debugLogging: false,
    clientPasswordAuthType: "MYSQL_CACHING_SHA2_PASSWORD",
    iamAuth: "DISABLED",
    credentials: () => Promise.resolve([{ username: masterUser, password: masterPassword }]),
    log: (event) => events.push(event),
    ...rest,
  });
  running.push(proxy);
  const configure = (change: Partial<TargetGroupConfig>): void => {
    proxy.configure({ ...defaultConfig, ...change });
  };
  configure(config ?? {});
  await proxy.registerTarget({ id: targetId, dial, tls: targetTls, ...(engine && { engine }) });
  if (available) await proxy.whenAvailable(targetId, 20);
  return {
    proxy,
    events,
    configure,
    connect: async (more) => {
      const connection = await createConnection({ ...login(proxy.port), ...more });
      // Some tests kill connections on purpose. Without a listener, mysql2's error event would end the process.
      connection.on("error", () => undefined);
      running.push({
        close: () => {
          connection.destroy();
          return Promise.resolve();
        },
      });
      return connection;
    },
  };
}

export const login = (port: number): ConnectionOptions => ({
  host: "127.0.0.1",
  port,
  user: masterUser,
  password: masterPassword,
  connectTimeout: 10000,
  ssl: { ca: authority.certificate, servername: proxyEndpoint } as never,
});

const servers = new Map<string, Promise<MysqlServer>>();

/** The MySQL server that scripts/get-mysql.sh fetches. */
const fetchedMysql = join(__dirname, "../../../../.cache/mysql/bin/mysqld");

/** The kinds of server to test with: the one on PATH, and MySQL if it was fetched. */
export const serverKinds: { name: string; start: () => Promise<MysqlServer> }[] = [
  { name: "the server on PATH", start: () => sharedServer() },
  ...(existsSync(fetchedMysql) ? [{ name: "MySQL", start: () => sharedServer(fetchedMysql) }] : []),
];

/** Starts one server of each kind for all test files, with a schema `test`. The root hook of the tests stops them. */
export function sharedServer(binary?: string): Promise<MysqlServer> {
  const known = servers.get(binary ?? "");
  if (known) return known;
  const options = { masterUser, masterPassword, maxConnections: 60, ...(binary && { binary }) };
  const started = startMysqlServer(options).then(async (server) => {
    const connection = await directly(server);
    await connection.query("CREATE DATABASE IF NOT EXISTS test");
    await connection.end();
    return server;
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

/** The first value of the first row. */
export async function value(connection: Connection, sql: string): Promise<unknown> {
  const [rows] = await connection.query({ sql, rowsAsArray: true });
  return (rows as unknown[][])[0]?.[0];
}

/** Waits until the server executes the statement, whose text no other statement may have. */
export async function untilRunning(admin: Connection, sql: string): Promise<void> {
  await until(async () => {
    const [rows] = await admin.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO = ?", [sql]);
    return (rows as unknown[]).length > 0;
  });
}

/** The database's id of the connection that a statement runs on. */
export const backend = (connection: Connection): Promise<unknown> => value(connection, "SELECT CONNECTION_ID()");

/** Stops what `sharedServer` has started. */
export async function stopServers(): Promise<void> {
  await closeAll();
  const started = [...servers.values()];
  servers.clear();
  await Promise.all(started.map(async (server) => (await server).stop()));
}

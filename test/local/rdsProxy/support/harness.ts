import { connect, type Socket } from "node:net";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2/promise";
import {
  type ProxyLogEvent,
  RdsProxy,
  type RdsProxyOptions,
  type TargetGroupConfig,
  type TargetOptions,
} from "../../../../local/rdsProxy";
import { authority, directly, masterPassword, masterUser, serverKinds, sharedServer } from "./servers";
import { until } from "./until";

export { authority, directly, masterPassword, masterUser, serverKinds, sharedServer };
export const proxyEndpoint = "proxy.test.local";
export const targetId = "db-TEST";

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

import { readFile } from "node:fs/promises";
import { type Connection, type ConnectionOptions, createConnection, type RowDataPacket } from "mysql2/promise";
import { startMysqlServer } from "../local/mysqlServer";
import { CertificateAuthority } from "../local/tls";
import { startHaproxy } from "./haproxy";
import { Program } from "./program";
import type { ProxyProcessOptions } from "./proxyProcess";

export const USER = "admin";
const PASSWORD = "bench-password";
/** What RDS gives a db.t4g.micro with 1 GiB of memory, by its formula. */
export const maxConnections = 85;
/** For measurements that are not about the limit. */
export const plentyOfConnections = 500;

export const authority = new CertificateAuthority();

/** A way to the database. */
export interface Endpoint {
  name: "direct" | "proxy" | "HAProxy" | "bare Node relay";
  port: number;
  /** Process of what is in between. */
  pid?: number;
}

export interface Bench {
  direct: Endpoint;
  proxy: Endpoint;
  haproxy: Endpoint | undefined;
  bareRelay: Endpoint;
  serverVersion: string;
  /** Process of the database server. */
  databasePid: number;
  proxyProgram: Program;
  restartDatabase(): Promise<void>;
  /** The most connections that the database ever had at a time. */
  maxUsedConnections(): Promise<number>;
  haproxyVersion: string;
  stop(): Promise<void>;
}

/** A database with the article's table, and before it: the proxy, HAProxy in TCP mode, and the least of relays. */
export async function setUp(maxConnections: number): Promise<Bench> {
  const server = await startMysqlServer({
    masterUser: USER,
    masterPassword: PASSWORD,
    maxConnections,
    tls: authority.issue(["localhost"]),
  });
  const direct = { name: "direct", port: server.port } as const;
  const admin = await connect(direct, false);
  await admin.query("CREATE DATABASE bench");
  await admin.query("CREATE TABLE bench.sample (id INT, value VARCHAR(10))");
  await admin.query("INSERT INTO bench.sample VALUES (1, 'taro'), (2, 'hanako')");
  const [[files]] = await admin.query<RowDataPacket[]>("SELECT @@pid_file AS pid");
  await admin.end();

  const options: ProxyProcessOptions = {
    proxy: { tls: authority.issue(["localhost"]), clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD" },
    config: {
      maxConnectionsPercent: 100,
      maxIdleConnectionsPercent: 50,
      connectionBorrowTimeout: 120,
      sessionPinningFilters: [],
      initQuery: "",
    },
    database: { host: server.host, port: server.port, user: USER, password: PASSWORD },
  };
  const proxyProgram = await Program.start("proxyProcess", options);
  const proxy = { name: "proxy", port: proxyProgram.port, pid: proxyProgram.pid } as const;
  const relay = await Program.start("bareRelay", { port: server.port });
  const haproxy = await startHaproxy(server.port);
  return {
    direct,
    proxy,
    haproxy: haproxy && { name: "HAProxy", port: haproxy.port, pid: haproxy.pid },
    bareRelay: { name: "bare Node relay", port: relay.port, pid: relay.pid },
    proxyProgram,
    serverVersion: `${server.flavour} ${server.version}`,
    databasePid: Number(await readFile(String(files?.pid), "utf8")),
    haproxyVersion: haproxy?.version ?? "not installed (apt-get install haproxy)",
    maxUsedConnections: async () => {
      const connection = await connect(proxy, false);
      const [rows] = await connection.query("SHOW GLOBAL STATUS LIKE 'Max_used_connections'");
      await connection.end();
      return Number((rows as { Value: string }[])[0]?.Value);
    },
    restartDatabase: () => server.restart(),
    stop: async () => {
      await proxyProgram.stop();
      await relay.stop();
      await haproxy?.stop();
      await server.stop();
    },
  };
}

export function connect(endpoint: Endpoint, tls: boolean): Promise<Connection> {
  const options: ConnectionOptions = {
    host: "127.0.0.1",
    port: endpoint.port,
    user: USER,
    password: PASSWORD,
    connectTimeout: 60000,
    ...(tls && { ssl: { ca: authority.certificate } }),
  };
  return createConnection(options);
}

import { readFile } from "node:fs/promises";
import { type Connection, type ConnectionOptions, createConnection, type RowDataPacket } from "mysql2/promise";
import { startMysqlServer } from "../local/mysqlServer";
import { CertificateAuthority } from "../local/tls";
import { startHaproxy } from "./haproxy";
import { Program } from "./program";
import type { ProxyProcessOptions } from "./proxyProcess";

export const user = "admin";
const password = "bench-password";
/** RDS's formula gives this to a db.t4g.micro, which has 1 GiB of memory. */
export const maxConnections = 85;
/** For measurements in which the limit must not matter. */
export const plentyOfConnections = 500;

export const authority = new CertificateAuthority();

/** A way to the database: directly, or through a relay. */
export interface Endpoint {
  name: "direct" | "proxy" | "HAProxy" | "bare Node relay";
  port: number;
  /** Process of the relay, if there is one. */
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
  /** The highest number of connections that the database has had at the same time. */
  maxUsedConnections(): Promise<number>;
  haproxyVersion: string;
  stop(): Promise<void>;
}

/** Starts a database with the sample table, and in front of it the proxy, HAProxy in TCP mode and the bare Node relay. */
export async function setUp(maxConnections: number): Promise<Bench> {
  const server = await startMysqlServer({
    masterUser: user,
    masterPassword: password,
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
    database: { host: server.host, port: server.port, user, password },
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
    user,
    password,
    connectTimeout: 60000,
    ...(tls && { ssl: { ca: authority.certificate } }),
  };
  return createConnection(options);
}

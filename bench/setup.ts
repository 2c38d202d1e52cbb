import { execFile, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { createConnection, type Connection, type ConnectionOptions } from "mysql2/promise";
import { startMysqlServer } from "../local/mysqlServer";
import { CertificateAuthority } from "../local/tls";
import type { ProxyProcessOptions, Question } from "./proxyProcess";

export const USER = "admin";
const PASSWORD = "bench-password";
/** What RDS gives a db.t4g.micro with 1 GiB of memory, by its formula. */
export const MAX_CONNECTIONS = 85;
/** For measurements that are not about the limit. */
export const PLENTY_OF_CONNECTIONS = 500;

export const authority = new CertificateAuthority();

export interface Endpoint {
  name: string;
  port: number;
}

export interface Bench {
  direct: Endpoint;
  proxy: Endpoint;
  haproxy: Endpoint | undefined;
  serverVersion: string;
  restartDatabase(): Promise<void>;
  /** The most connections that the database ever had at a time. */
  maxUsedConnections(): Promise<number>;
  haproxyVersion: string;
  ask(question: Question): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

/** A database with the article's table, the proxy in its own process, and HAProxy in TCP mode before the same database. */
export async function setUp(maxConnections: number): Promise<Bench> {
  const server = await startMysqlServer({
    masterUser: USER,
    masterPassword: PASSWORD,
    maxConnections,
    tls: authority.issue(["localhost"]),
  });
  const direct = { name: "direct", port: server.port };
  const admin = await connect(direct, false);
  await admin.query("CREATE DATABASE bench");
  await admin.query("CREATE TABLE bench.sample (id INT, value VARCHAR(10))");
  await admin.query("INSERT INTO bench.sample VALUES (1, 'taro'), (2, 'hanako')");
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
  // Bundled, so that the process holds the proxy and no compiler.
  const folder = await mkdtemp(join(tmpdir(), "bench-proxy-"));
  const program = join(folder, "proxy.cjs");
  await build({ entryPoints: [join(__dirname, "proxyProcess.ts")], bundle: true, platform: "node", outfile: program });
  const child = fork(program, [JSON.stringify(options)], { execArgv: ["--expose-gc"] });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const haproxy = await startHaproxy(server.port);
  return {
    direct,
    proxy: { name: "proxy", port },
    haproxy: haproxy && { name: "HAProxy", port: haproxy.port },
    serverVersion: `${server.flavour} ${server.version}`,
    haproxyVersion: haproxy?.version ?? "not installed (apt-get install haproxy)",
    maxUsedConnections: async () => {
      const connection = await connect({ name: "proxy", port }, false);
      const [rows] = await connection.query("SHOW GLOBAL STATUS LIKE 'Max_used_connections'");
      await connection.end();
      return Number((rows as { Value: string }[])[0]?.Value);
    },
    restartDatabase: () => server.restart(),
    ask: async (question) => {
      child.send(question);
      return ((await once(child, "message")) as [Record<string, number>])[0];
    },
    stop: async () => {
      child.disconnect();
      await once(child, "exit");
      await rm(folder, { recursive: true });
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

async function startHaproxy(
  database: number,
): Promise<{ port: number; version: string; stop(): Promise<void> } | undefined> {
  const version = await promisify(execFile)("haproxy", ["-v"]).catch(() => undefined);
  if (!version) return undefined;
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "bench-haproxy-"));
  const lines = [
    "defaults",
    "  mode tcp",
    "  timeout connect 5s",
    "  timeout client 1h",
    "  timeout server 1h",
    "frontend clients",
    `  bind 127.0.0.1:${port}`,
    "  default_backend database",
    "backend database",
    `  server database 127.0.0.1:${database}`,
  ];
  await writeFile(join(folder, "haproxy.cfg"), `${lines.join("\n")}\n`);
  const child = spawn("haproxy", ["-db", "-f", join(folder, "haproxy.cfg")], { stdio: "ignore" });
  await answering(port);
  return {
    port,
    version: version.stdout.split(" ").slice(0, 3).join(" "),
    stop: async () => {
      child.kill();
      await once(child, "exit");
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const connection = await connect({ name: "", port }, false).catch(() => undefined);
    if (connection) return connection.end();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("HAProxy does not come up.");
}

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { startMysqlServer } from "../../local/mysqlServer";
import { RdsProxy } from "../../local/rdsProxy";
import { CertificateAuthority } from "../../local/tls";
import { WireTap } from "./wireTap";

const user = "admin";
const password = "bench-password";

/** What a function finds around it: a proxy in front of a database, and Secrets Manager. */
export interface Stage {
  /** The function's environment. */
  environment: Record<string, string>;
  /** The same with a tap in front of the proxy. */
  tappedEnvironment: Record<string, string>;
  tap: WireTap;
  /** How often the secret was read. */
  secretReads: () => number;
  serverVersion: string;
  close(): Promise<void>;
}

export async function openStage(folder: string): Promise<Stage> {
  const server = await startMysqlServer({ masterUser: user, masterPassword: password, maxConnections: 100 });
  const admin = await createConnection({ host: server.host, port: server.port, user, password });
  await admin.query("create database test");
  await admin.query("create table test.sample (id int, value varchar(10))");
  await admin.query("insert into test.sample values (1, 'taro'), (2, 'hanako')");
  await admin.end();

  const authority = new CertificateAuthority();
  writeFileSync(join(folder, "authority.pem"), authority.certificate);
  const tls = authority.issue(["localhost"]);
  const proxy = await RdsProxy.listen({
    name: "bench",
    endpoint: "localhost",
    tls,
    requireTls: true,
    idleClientTimeout: 1800,
    debugLogging: false,
    clientPasswordAuthType: "MYSQL_CACHING_SHA2_PASSWORD",
    iamAuth: "DISABLED",
    credentials: () => Promise.resolve([{ username: user, password }]),
  });
  proxy.configure({
    maxConnectionsPercent: 100,
    maxIdleConnectionsPercent: 50,
    connectionBorrowTimeout: 4,
    sessionPinningFilters: [],
    initQuery: "",
  });
  const { connect } = await import("node:net");
  const dial = async () => {
    const socket = connect(server.port, server.host);
    await once(socket, "connect");
    return socket;
  };
  await proxy.registerTarget({ id: "db-BENCH", dial });
  await proxy.whenAvailable("db-BENCH", 20);

  let reads = 0;
  const secrets = createServer((request, response) => {
    reads++;
    request.resume();
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(
      JSON.stringify({ ARN: "arn", Name: "bench", SecretString: JSON.stringify({ username: user, password }) }),
    );
  });
  secrets.listen(0, "127.0.0.1");
  await once(secrets, "listening");

  const tap = new WireTap(tls, proxy.port);
  const environmentFor = (port: number): Record<string, string> => ({
    PATH: process.env.PATH ?? "",
    PYTHONPATH: process.env.PYTHONPATH ?? "",
    TZ: "UTC",
    AWS_REGION: "ap-northeast-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
    NODE_EXTRA_CA_CERTS: join(folder, "authority.pem"),
    BENCH_PASSWORD: password,
    DB_ENDPOINT: "localhost",
    DB_PORT: String(port),
    DB_NAME: "test",
    DB_USER: user,
    DB_CONNECT_TIMEOUT: "5",
    DB_AUTH: "password",
    DB_SECRET_ARN: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:bench",
  });
  return {
    environment: environmentFor(proxy.port),
    tappedEnvironment: environmentFor(await tap.listen()),
    tap,
    secretReads: () => reads,
    serverVersion: `${server.flavour} ${server.version}`,
    async close() {
      tap.close();
      secrets.close();
      secrets.closeAllConnections();
      await proxy.close();
      await server.stop();
    },
  };
}

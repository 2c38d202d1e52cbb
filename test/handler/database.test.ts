import assert from "node:assert/strict";
import { mock } from "node:test";
import tls from "node:tls";
import type { Connection } from "mysql2/promise";
import { Database, type DatabaseEnvironment } from "../../handler";
import type { MysqlServer } from "../../local/mysqlServer";
import {
  authority,
  closeAll,
  directly,
  masterUser,
  sharedServer,
  startProxy,
  type TestProxy,
} from "../local/rdsProxy/support/harness";
import { resetSecrets, secrets, secretsEndpoint } from "./fakeSecretsManager";

describe("a callback's connection to the database", () => {
  const trusted = tls.getCACertificates("default");
  const variables = { ...process.env };
  let server: MysqlServer;
  let proxy: TestProxy;
  let database: Database;
  let environment: DatabaseEnvironment;

  before(async () => {
    // In Lambda, Node trusts Amazon's roots. In this test, it trusts the root of the proxy's certificate.
    tls.setDefaultCACertificates([...trusted, authority.certificate]);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await secretsEndpoint(),
      AWS_REGION: "ap-northeast-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    server = await sharedServer();
    const connection = await directly(server, { database: "test" });
    await connection.query("create or replace table sample (id int, value varchar(10))");
    await connection.query("insert into sample values (1, 'taro'), (2, 'hanako')");
    await connection.end();
  });
  beforeEach(async () => {
    resetSecrets();
    proxy = await startProxy(server, { requireTls: true });
    environment = {
      DB_ENDPOINT: "localhost",
      DB_PORT: String(proxy.proxy.port),
      DB_NAME: "test",
      DB_USER: masterUser,
      DB_CONNECT_TIMEOUT: "5",
      DB_AUTH: "password",
      DB_SECRET_ARN: "arn:sample",
    };
    database = new Database(environment);
  });
  afterEach(async () => {
    database.close();
    await closeAll();
  });
  after(() => {
    tls.setDefaultCACertificates(trusted);
    process.env = variables;
  });

  const rows = [
    [1, "taro"],
    [2, "hanako"],
  ];

  it("reads rows as arrays of values over TLS, and checks the host's name", async () => {
    assert.deepEqual(await database.read("select * from sample"), rows);
    assert.equal(proxy.proxy.metrics().ClientConnections, 1);
  });

  it("refuses a server whose certificate is for another name", async () => {
    const { proxy: impostor } = await startProxy(server, { tls: authority.issue(["elsewhere.test"]) });
    database = new Database({ ...environment, DB_PORT: String(impostor.port) });
    await assert.rejects(database.read("select 1"), /altnames/);
  });

  it("opens one connection and reads the secret once for many queries", async () => {
    for (let query = 0; query < 5; query++) await database.read("select * from sample");
    assert.deepEqual([secrets.requests, proxy.proxy.metrics().ClientConnections], [1, 1]);
  });

  it("does not pin its session", async () => {
    await database.read("select * from sample");
    assert.equal(proxy.proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 0);
  });

  it("replaces, for a read, a connection that was closed in the meantime", async () => {
    await database.read("select 1");
    const { port } = proxy.proxy;
    await closeAll();
    proxy = await startProxy(server, { requireTls: true, port });
    assert.deepEqual(await database.read("select * from sample"), rows);
  });

  it("sends a read again, but no other statement, when the connection is lost while it runs", async () => {
    const lost = Object.assign(new Error("Connection lost"), { code: "PROTOCOL_CONNECTION_LOST", fatal: true });
    const loseConnection = () => {
      const { connection } = database as unknown as { connection: Connection };
      mock.method(connection, "query", () => Promise.reject(lost), { times: 1 });
    };
    await database.read("select * from sample");
    loseConnection();
    assert.deepEqual(await database.read("select * from sample"), rows);
    loseConnection();
    await assert.rejects(database.execute("insert into sample values (3, 'jiro')"), lost);
    assert.deepEqual(await database.read("select * from sample"), rows);
  });

  it("reads the secret again when the password was rotated", async () => {
    const rotating = { username: "rotating", password: "before-rotation-1" };
    const connection = await directly(server);
    await connection.query("create user if not exists rotating@'%' identified by ?", [rotating.password]);
    await closeAll();
    proxy = await startProxy(server, { credentials: () => Promise.resolve([rotating]) });
    database = new Database({ ...environment, DB_PORT: String(proxy.proxy.port), DB_USER: "rotating", DB_NAME: "" });
    secrets.text = JSON.stringify(rotating);
    await database.read("select 1");
    database.close();

    rotating.password = "after-rotation-2";
    await connection.query("alter user rotating@'%' identified by ?", [rotating.password]);
    await connection.end();
    secrets.text = JSON.stringify(rotating);
    assert.deepEqual(await database.read("select 2"), [[2]]);
    assert.equal(secrets.requests, 2);
  });

  it("gives up on a wrong password after it has read the secret once more, and does not show it", async () => {
    secrets.text = JSON.stringify({ password: "not the password" });
    await assert.rejects(database.read("select 1"), (error: Error & { errno?: number }) => {
      assert.equal(error.errno, 1045);
      assert.ok(!error.message.includes("not the password"));
      return true;
    });
    assert.equal(secrets.requests, 1);
  });

  it("says what is wrong with a secret that holds no password, and does not show the secret", async () => {
    for (const text of ['"hunter2"', "hunter2"]) {
      secrets.text = text;
      await assert.rejects(database.read("select 1"), {
        message: 'The secret arn:sample is not a JSON object with a text "password".',
      });
    }
  });

  it("keeps the connection when a statement is wrong", async () => {
    await assert.rejects(database.read("select * from missing"), { code: "ER_NO_SUCH_TABLE" });
    await database.read("select * from sample");
    assert.equal(secrets.requests, 1);
    assert.equal(proxy.proxy.metrics().ClientConnections, 1);
  });
});

import assert from "node:assert/strict";
import { Database, type DatabaseEnvironment } from "../../handler";
import type { MysqlServer } from "../../local/mysqlServer";
import {
  authority,
  closeAll,
  directly,
  sharedServer,
  startProxy,
  type TestProxy,
} from "../local/rdsProxy/support/harness";
import { environmentFor, likeInLambda } from "./support/client";

describe("a callback's connection to the database", () => {
  const secrets = likeInLambda();
  let server: MysqlServer;
  let proxy: TestProxy;
  let database: Database;
  let environment: DatabaseEnvironment;

  before(async () => {
    server = await sharedServer();
    const connection = await directly(server, { database: "test" });
    await connection.query("create or replace table sample (id int, value varchar(10))");
    await connection.query("insert into sample values (1, 'taro'), (2, 'hanako')");
    await connection.end();
  });
  beforeEach(async () => {
    proxy = await startProxy(server, { requireTls: true });
    environment = environmentFor(proxy.proxy.port);
    database = new Database(environment);
  });
  afterEach(async () => {
    database.close();
    await closeAll();
  });
  const rows = [
    [1, "taro"],
    [2, "hanako"],
  ];

  it("reads rows as objects, and says what it has written", async () => {
    const created = "create or replace table written (id int auto_increment primary key, value varchar(10))";
    assert.deepEqual(await database.execute(created), { affectedRows: 0, insertId: 0 });
    const inserted = await database.execute("insert into written (value) values ?", [[["a"], ["it's"]]]);
    assert.deepEqual(inserted, { affectedRows: 2, insertId: 1 });
    const [row] = await database.read<{ id: number; value: string }>("select * from written where id = :id", { id: 2 });
    assert.deepEqual({ ...row }, { id: 2, value: "it's" });
    assert.deepEqual(await database.execute("delete from written"), { affectedRows: 2, insertId: 0 });
  });

  it("reads rows as arrays of values, over TLS with the host's name checked", async () => {
    assert.deepEqual(await database.readArrays("select * from sample"), rows);
    assert.equal(proxy.proxy.metrics().ClientConnections, 1);
  });

  it("refuses a server whose certificate is for another name", async () => {
    const { proxy: impostor } = await startProxy(server, { tls: authority.issue(["elsewhere.test"]) });
    database = new Database({ ...environment, DB_PORT: String(impostor.port) });
    await assert.rejects(database.read("select 1"), { name: "CertificateError", message: /altnames/ });
  });

  for (const options of [{ timeLimit: Infinity }, { timeLimit: 0 }, { timeLimit: NaN }, { pingAfter: -1 }]) {
    it(`refuses ${JSON.stringify(options, (_, value) => (typeof value === "number" ? String(value) : (value as object)))}`, () => {
      assert.throws(() => new Database(environment, options), {
        name: "UsageError",
        message: /must be a number of milli/,
      });
    });
  }

  it("opens one connection and reads the secret once, however many queries follow", async () => {
    for (let query = 0; query < 5; query++) await database.read("select * from sample");
    assert.deepEqual([secrets.requests, proxy.proxy.metrics().ClientConnections], [1, 1]);
  });

  it("does not pin its session", async () => {
    await database.read("select * from sample");
    assert.equal(proxy.proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 0);
  });

  it("replaces a connection that was closed meanwhile, once, for a read", async () => {
    await database.read("select 1");
    const { port } = proxy.proxy;
    await closeAll();
    proxy = await startProxy(server, { requireTls: true, port });
    assert.deepEqual(await database.readArrays("select * from sample"), rows);
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
    assert.deepEqual(await database.read("select 2 as two"), [{ two: 2 }]);
    assert.equal(secrets.requests, 2);
  });

  it("gives up on a wrong password without asking for the secret in a loop, and without telling it", async () => {
    secrets.text = JSON.stringify({ password: "not the password" });
    await assert.rejects(database.read("select 1"), (error: Error & { errno?: number }) => {
      assert.equal(error.errno, 1045);
      assert.ok(!error.message.includes("not the password"));
      return true;
    });
    assert.equal(secrets.requests, 1);
  });

  it("says what is wrong with a secret that holds no password, without showing it", async () => {
    secrets.text = '"hunter2"';
    await assert.rejects(database.read("select 1"), {
      name: "SecretError",
      message:
        'The secret arn:sample is not a JSON object with a text "password": store {"username": "…", "password": "…"} in it, as' +
        " RDS Proxy expects.",
    });
  });

  it("keeps the connection when a statement is wrong", async () => {
    await assert.rejects(database.read("select * from missing"), { name: "StatementError", code: "ER_NO_SUCH_TABLE" });
    await database.read("select * from sample");
    assert.equal(secrets.requests, 1);
    assert.equal(proxy.proxy.metrics().ClientConnections, 1);
  });
});

import assert from "node:assert/strict";
import { callback, Database } from "../../handler";
import type { MysqlServer } from "../../local/mysqlServer";
import { closeAll, directly, sharedServer, startProxy, type TestProxy } from "../local/rdsProxy/support/harness";
import { contextWith, environmentFor, likeInLambda } from "./support/client";

describe("statements of one container", () => {
  const secrets = likeInLambda();
  let server: MysqlServer;
  let proxy: TestProxy;
  let database: Database;

  before(async () => {
    server = await sharedServer();
    const connection = await directly(server, { database: "test" });
    await connection.query("create or replace table numbers (n int)");
    const rows = Array.from({ length: 1_000 }, (_, n) => `(${n})`);
    await connection.query(`insert into numbers values ${rows.join()}`);
    await connection.end();
  });
  beforeEach(async () => {
    proxy = await startProxy(server, { requireTls: true });
    database = new Database(environmentFor(proxy.proxy.port));
  });
  afterEach(async () => {
    database.close();
    await closeAll();
  });

  it("share one connection and one read of the secret when they are started together", async () => {
    const rows = await Promise.all(Array.from({ length: 20 }, (_, n) => database.readArrays("select ?", [n])));
    assert.deepEqual(
      rows.flat(2),
      Array.from({ length: 20 }, (_, n) => n),
    );
    assert.deepEqual([secrets.requests, proxy.proxy.metrics().ClientConnections], [1, 1]);
  });

  it("fail one by one", async () => {
    const statements = ["select 1", "select nothing", "select 2"];
    const results = await Promise.allSettled(statements.map((sql) => database.read(sql)));
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
  });

  it("wait no longer than the invocation, and are told who has the connection", async () => {
    const invocation = callback(async () => {
      const slow = database.transaction((tx) => tx.read("select sleep(5)"));
      slow.catch(() => undefined);
      const [waiting] = await Promise.allSettled([database.read("select 1"), slow]);
      return waiting.status === "rejected" ? String(waiting.reason) : "read";
    });
    const outcome = await invocation({}, contextWith(1_000));
    assert.match(outcome, /OutOfTimeError: No time is left to wait for (the connection, which a transaction has|a)/);
    assert.deepEqual(await database.readArrays("select 1"), [[1]]);
  });

  it("can come through a plain connection of mysql2, and others wait meanwhile", async () => {
    const order: string[] = [];
    const lent = database.withConnection(async (connection) => {
      const [rows] = await connection.query({ sql: "select 1; select 2".split(";")[0] ?? "", rowsAsArray: true });
      order.push("lent");
      return rows;
    });
    const waiting = database.read("select 2").then(() => order.push("read"));
    assert.deepEqual(await lent, [[1]]);
    await waiting;
    assert.deepEqual(order, ["lent", "read"]);
  });

  it("can come through a plain connection until the invocation has no time left, whatever is done with it", async () => {
    const invocation = callback(() => database.withConnection(() => new Promise(() => undefined)));
    await assert.rejects(invocation({}, contextWith(800)), { name: "OutOfTimeError" });
    const throwing = (): never => {
      throw new Error("before it began");
    };
    await assert.rejects(database.withConnection(throwing), { message: "before it began" });
    assert.deepEqual(await database.readArrays("select 1"), [[1]]);
  });

  describe("that stream", () => {
    const all = "select n from numbers";

    it("give all rows, one after the other", async () => {
      let sum = 0;
      for await (const { n } of database.stream<{ n: number }>(all)) sum += n;
      assert.equal(sum, 499_500);
      assert.deepEqual(await database.readArrays("select 1"), [[1]]);
      assert.equal(secrets.requests, 1);
    });

    it("do not hold all rows in memory", async function () {
      this.timeout(60_000);
      const before = process.memoryUsage().heapUsed;
      let most = 0;
      let rows = 0;
      const wide = "select repeat('x', 1000) as x from numbers a, numbers b limit 200000";
      for await (const { x } of database.stream<{ x: string }>(wide)) {
        assert.equal(x.length, 1_000);
        if (++rows % 10_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
      }
      assert.equal(rows, 200_000);
      assert.ok(most < 150_000_000, `${most} bytes of 200,000,000`);
    });

    it("may end early, which costs a connection", async () => {
      for await (const { n } of database.stream<{ n: number }>(`${all} where n > ?`, [10])) {
        if (n > 20) break;
      }
      assert.deepEqual(await database.readArrays("select 1"), [[1]]);
    });

    it("tell of a mistake, and keep the connection", async () => {
      const missing = async () => {
        for await (const row of database.stream("select * from nowhere")) assert.fail(JSON.stringify(row));
      };
      await assert.rejects(missing, { name: "StatementError", errno: 1146 });
      assert.deepEqual(await database.readArrays("select 1"), [[1]]);
      assert.equal(secrets.requests, 1);
    });

    it("tell when the connection is lost", async () => {
      const lost = async () => {
        for await (const row of database.stream("select sleep(1) from numbers limit 3")) assert.ok(row);
      };
      setTimeout(() => void closeAll(), 300);
      await assert.rejects(lost, { name: "ConnectionLostError" });
    });

    it("end with the invocation", async () => {
      const invocation = callback(async () => {
        for await (const row of database.stream("select sleep(1) from numbers limit 3")) assert.ok(row);
      });
      await assert.rejects(invocation({}, contextWith(1_000)), { name: "OutOfTimeError" });
    });

    it("refuse at once other statements, which would wait for ever in the loop", async () => {
      const nested = async () => {
        for await (const row of database.stream(all)) await database.read("select ?", [Object.keys(row)]);
      };
      await assert.rejects(nested, { name: "UsageError", message: /second Database/ });
    });
  });
});

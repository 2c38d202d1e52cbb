import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { callback, ConflictError, Database, StatementError } from "../../handler";
import type { MysqlServer } from "../../local/mysqlServer";
import { closeAll, directly, sharedServer, startProxy, type TestProxy } from "../local/rdsProxy/support/harness";
import { contextWith, environmentFor, likeInLambda } from "./support/client";

describe("a transaction of the client", () => {
  likeInLambda();
  let server: MysqlServer;
  let proxy: TestProxy;
  let database: Database;

  before(async () => {
    server = await sharedServer();
  });
  beforeEach(async () => {
    proxy = await startProxy(server, { requireTls: true });
    database = new Database(environmentFor(proxy.proxy.port));
    const connection = await directly(server, { database: "test" });
    await connection.query("create or replace table accounts (id int primary key, balance int) engine=innodb");
    await connection.query("insert into accounts values (1, 100), (2, 100)");
    await connection.end();
  });
  afterEach(async () => {
    database.close();
    await closeAll();
  });

  const balances = async (): Promise<unknown[]> =>
    (await database.readArrays<[number]>("select balance from accounts order by id")).flat();
  const transfer = "update accounts set balance = balance + :by where id = :id";

  it("is committed when its work returns, with what the work returned", async () => {
    const result = await database.transaction(async (tx) => {
      await tx.execute(transfer, { id: 1, by: -30 });
      await tx.execute(transfer, { id: 2, by: 30 });
      return (await tx.read<{ balance: number }>("select balance from accounts where id = 1"))[0]?.balance;
    });
    assert.equal(result, 70);
    assert.deepEqual(await balances(), [70, 130]);
  });

  it("is rolled back when its work throws, and the connection goes on", async () => {
    const failing = database.transaction(async (tx) => {
      await tx.execute(transfer, { id: 1, by: -30 });
      throw new Error("no such account");
    });
    await assert.rejects(failing, { message: "no such account" });
    assert.deepEqual(await balances(), [100, 100]);
    assert.equal(proxy.proxy.metrics().ClientConnections, 1);
  });

  it("is rolled back when a statement fails, and when its commit never comes", async () => {
    const failing = database.transaction(async (tx) => {
      await tx.execute(transfer, { id: 1, by: -30 });
      await tx.execute("insert into accounts values (1, 0)");
    });
    await assert.rejects(failing, { errno: 1062 });
    assert.deepEqual(await balances(), [100, 100]);
  });

  it("makes statements outside of it wait, and keeps them out", async () => {
    const order: string[] = [];
    const open = database.transaction(async (tx) => {
      await tx.execute(transfer, { id: 1, by: -30 });
      await delay(50);
      await tx.execute(transfer, { id: 2, by: 30 });
      order.push("transaction");
    });
    const outside = database.read("select 1").then(() => order.push("outside"));
    await Promise.all([open, outside]);
    assert.deepEqual(order, ["transaction", "outside"]);
  });

  it("refuses at once what would wait for itself", async () => {
    const started = Date.now();
    const nested = database.transaction(() => database.read("select 1"));
    await assert.rejects(nested, { name: "UsageError", message: /wait for a transaction that waits for this/ });
    await assert.rejects(
      database.transaction(() => database.transaction(() => Promise.resolve())),
      { name: "UsageError" },
    );
    assert.ok(Date.now() - started < 1_000);
    assert.deepEqual(await balances(), [100, 100]);
  });

  it("refuses statements that come after its end", async () => {
    let late: (() => Promise<unknown>) | undefined;
    await database.transaction((tx) => {
      late = () => tx.execute(transfer, { id: 1, by: -30 });
      return Promise.resolve();
    });
    await assert.rejects(async () => late?.(), { name: "UsageError", message: /The transaction is over/ });
  });

  it("replaces a connection that is lost before it begins, and is never run again after that", async () => {
    await database.read("select 1");
    const { port } = proxy.proxy;
    await closeAll();
    proxy = await startProxy(server, { port });
    let runs = 0;
    const broken = database.transaction(async (tx) => {
      runs++;
      await tx.execute(transfer, { id: 1, by: -30 });
      await closeAll();
      proxy = await startProxy(server, { port });
      await tx.execute(transfer, { id: 2, by: 30 });
    });
    await assert.rejects(broken, { name: "ConnectionLostError" });
    assert.equal(runs, 1);
    assert.deepEqual(await balances(), [100, 100]);
  });

  it("reads one state of the data in a snapshot, and writes nothing there", async () => {
    const other = await directly(server, { database: "test" });
    const seen = await database.snapshot(async (tx) => {
      const read = async () => (await tx.readArrays<[number]>("select sum(balance) from accounts"))[0]?.[0];
      const before = await read();
      await other.query("update accounts set balance = 0");
      await assert.rejects(tx.read("delete from accounts"), { errno: 1792 });
      return [before, await read()];
    });
    await other.end();
    assert.deepEqual(seen, ["200", "200"]);
  });

  describe("in each other's way", () => {
    /** Two transactions that lock two rows in opposite order. */
    async function deadlock(
      conflictRetries: number,
    ): Promise<{ results: PromiseSettledResult<unknown>[]; runs: number }> {
      const second = new Database(environmentFor(proxy.proxy.port));
      let runs = 0;
      const arrived: (() => void)[] = [];
      const bothAreThere = () =>
        new Promise<void>((resolve) => {
          arrived.push(resolve);
          if (arrived.length > 1) for (const go of arrived) go();
        });
      const work = (client: Database, [first, then]: number[]) =>
        client.transaction(
          async (tx) => {
            runs++;
            await tx.execute(transfer, { id: first ?? 0, by: 1 });
            await bothAreThere();
            await tx.execute(transfer, { id: then ?? 0, by: 1 });
          },
          { conflictRetries },
        );
      const results = await Promise.allSettled([work(database, [1, 2]), work(second, [2, 1])]);
      second.close();
      return { results, runs };
    }

    it("one fails with a ConflictError, and is not run again unless asked for", async () => {
      const { results, runs } = await deadlock(0);
      const [failed, ...others] = results.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
      assert.ok(failed?.reason instanceof ConflictError && failed.reason instanceof StatementError);
      assert.equal(failed.reason.errno, 1213);
      assert.deepEqual([others.length, runs], [0, 2]);
      assert.deepEqual(await balances(), [101, 101]);
    });

    it("both succeed when it is asked for", async () => {
      const { results, runs } = await deadlock(3);
      assert.deepEqual(
        results.map(({ status }) => status),
        ["fulfilled", "fulfilled"],
      );
      assert.equal(runs, 3);
      assert.deepEqual(await balances(), [102, 102]);
    });

    it("nothing of it is committed when its work goes on after a deadlock, since the server has rolled it back", async () => {
      const other = await directly(server, { database: "test" });
      await other.query("begin");
      // The server gives up the transaction that has changed fewer rows.
      await other.query("insert into accounts select seq + 10, 0 from seq_1_to_50");
      await other.query("update accounts set balance = 0 where id = 2");
      let waiting: Promise<unknown> | undefined;
      const goingOn = database.transaction(async (tx) => {
        await tx.execute(transfer, { id: 1, by: -30 });
        waiting = other.query("update accounts set balance = 0 where id = 1");
        await tx.execute(transfer, { id: 2, by: 30 }).catch(() => undefined);
        await tx.execute("insert into accounts values (99, 30)");
      });
      await assert.rejects(goingOn, { name: "ConflictError", errno: 1213 });
      await waiting;
      await other.query("rollback");
      await other.end();
      assert.deepEqual(await balances(), [100, 100]);
    });

    it("at most as often as asked for", async () => {
      const blocker = await directly(server, { database: "test" });
      await blocker.query("begin");
      await blocker.query("update accounts set balance = 0 where id = 1");
      let runs = 0;
      const locked = database.transaction(
        async (tx) => {
          runs++;
          await tx.read("select * from accounts where id = 1 for update nowait");
        },
        { conflictRetries: 2 },
      );
      await assert.rejects(locked, { name: "ConflictError", errno: 1205 });
      assert.equal(runs, 3);
      await blocker.end();
    });

    for (const conflictRetries of [-1, 11, 0.5]) {
      it(`not ${conflictRetries} times`, async () => {
        await assert.rejects(
          database.transaction(() => Promise.resolve(), { conflictRetries }),
          { name: "UsageError", message: /a whole number from 0 to 10/ },
        );
      });
    }
  });

  it("ends with the invocation, and leaves nothing behind", async () => {
    const overrun = callback(() =>
      database.transaction(async (tx) => {
        await tx.execute(transfer, { id: 1, by: -30 });
        await tx.read("select sleep(5)");
      }),
    );
    const started = Date.now();
    await assert.rejects(overrun({}, contextWith(1_200)), { name: "OutOfTimeError" });
    assert.ok(Date.now() - started < 1_200, "before Lambda would end it");
    assert.deepEqual(await balances(), [100, 100]);
  });
});

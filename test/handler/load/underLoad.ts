import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { callback, Database, DatabaseError } from "../../../handler";
import { type MysqlServer, startMysqlServer } from "../../../local/mysqlServer";
import {
  closeAll,
  directly,
  masterPassword,
  masterUser,
  sharedServer,
  startProxy,
  type TestProxy,
  type TestProxyOptions,
} from "../../local/rdsProxy/support/harness";
import { contextWith, environmentFor, likeInLambda } from "../support/client";

/** What became of all invocations: how many returned their rows, and how many failed with which error. Nothing else is allowed. */
type Counts = Record<string, number>;

/** One container: a client of its own, and one invocation after the other. */
class TestContainer {
  private readonly database: Database;

  constructor(
    port: number,
    user = masterUser,
    private readonly sql = "select 1",
  ) {
    this.database = new Database({ ...environmentFor(port), DB_NAME: "", DB_USER: user }, { database: null });
  }

  /** @returns the name of the error, or "rows" */
  async invoke(milliseconds: number): Promise<string> {
    const invocation = callback(() => this.database.readArrays(this.sql));
    const started = Date.now();
    const outcome = await invocation({}, contextWith(milliseconds)).then(
      (rows) => (rows.length === 1 ? "rows" : "no rows"),
      (error: unknown) => {
        assert.ok(error instanceof DatabaseError && error.message.length > 60, String(error));
        return error.name;
      },
    );
    assert.ok(Date.now() - started < milliseconds, "it ended before Lambda would have ended it");
    return outcome;
  }

  close(): void {
    this.database.close();
  }
}

function count(outcomes: string[]): Counts {
  const counts: Counts = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

describe("nothing is lost: each invocation returns its rows or says why not, in time,", function () {
  this.timeout(120_000);
  const secrets = likeInLambda();
  let containers: TestContainer[] = [];
  afterEach(async () => {
    for (const container of containers) container.close();
    containers = [];
    await closeAll();
  });

  /** Invokes so many containers over and over, until `event` is over and a second more. */
  async function invokeDuring(
    event: () => Promise<void>,
    { size, port, milliseconds, user }: { size: number; port: number; milliseconds: number; user?: string },
  ): Promise<Counts> {
    containers = Array.from({ length: size }, () => new TestContainer(port, user));
    const outcomes: string[] = [];
    let isOver = false;
    const working = containers.map(async (container) => {
      while (!isOver) {
        outcomes.push(await container.invoke(milliseconds));
        await delay(20);
      }
    });
    await delay(500);
    await event();
    await delay(1_000);
    isOver = true;
    await Promise.all(working);
    const after = await Promise.all(containers.map((container) => container.invoke(milliseconds)));
    assert.deepEqual(count(after), { rows: containers.length }, "everything works again afterwards");
    return count(outcomes);
  }

  it("while the database restarts for 10 s under 50 concurrent invocations", async function () {
    const server = await startMysqlServer({
      masterUser: masterUser,
      masterPassword: masterPassword,
      maxConnections: 60,
    });
    try {
      const { proxy } = await startProxy(server, { config: { connectionBorrowTimeout: 4 } });
      const restart = async () => {
        await server.kill();
        await delay(10_000);
        await server.restart();
        await proxy.whenAvailable("db-TEST", 20);
      };
      const counts = await invokeDuring(restart, { size: 50, port: proxy.port, milliseconds: 12_000 });
      const { rows = 0, NoConnectionError: refused = 0, ...others } = counts;
      assert.ok(rows > 500 && refused > 0, JSON.stringify(counts));
      assert.deepEqual(others, {}, JSON.stringify(counts));
      console.log(`      restart of 10 s: ${JSON.stringify(counts)}`);
    } finally {
      await server.stop();
    }
  });

  it("while the proxy restarts", async () => {
    const server = await sharedServer();
    let proxy = await startProxy(server);
    const { port } = proxy.proxy;
    const restart = async () => {
      await closeAll();
      proxy = await startProxy(server, { port });
    };
    const counts = await invokeDuring(restart, { size: 20, port, milliseconds: 8_000 });
    assert.deepEqual(Object.keys(counts), ["rows"], JSON.stringify(counts));
    console.log(`      restart of the proxy: ${JSON.stringify(counts)}`);
  });

  it("while the password is rotated, with no failure at all", async () => {
    const server = await sharedServer();
    const rotating = { username: "rotated_under_load", password: "rotation-0" };
    const connection = await directly(server);
    await connection.query("create user if not exists ??@'%'", [rotating.username]);
    await connection.query("alter user ??@'%' identified by ?", [rotating.username, rotating.password]);
    secrets.text = JSON.stringify(rotating);
    // The proxy reads the secret whenever it needs it.
    const credentials = () => Promise.resolve([JSON.parse(secrets.text) as typeof rotating]);
    const { proxy } = await startProxy(server, { credentials });
    const rotations = async () => {
      for (let rotation = 1; rotation <= 3; rotation++) {
        const password = `rotation-${rotation}`;
        // As Secrets Manager does it: first the database, a moment later the secret.
        await connection.query("alter user ??@'%' identified by ?", [rotating.username, password]);
        await delay(100);
        secrets.text = JSON.stringify({ ...rotating, password });
        secrets.changedAt = new Date();
        // New containers start at any time.
        const fresh = Array.from({ length: 10 }, () => new TestContainer(proxy.port, rotating.username));
        containers.push(...fresh);
        const outcomes = await Promise.all(fresh.map((container) => container.invoke(8_000)));
        assert.deepEqual(count(outcomes), { rows: 10 });
        // Warm ones have to log in again, with a password from before.
        for (const container of containers) container.close();
        await delay(300);
      }
    };
    const user = rotating.username;
    const counts = await invokeDuring(rotations, { size: 20, port: proxy.port, milliseconds: 8_000, user });
    await connection.end();
    assert.deepEqual(Object.keys(counts), ["rows"], JSON.stringify(counts));
    console.log(`      three rotations: ${JSON.stringify(counts)}`);
  });

  describe("when there is no connection to be had", () => {
    let server: MysqlServer;
    let proxy: TestProxy;
    const start = async (options: TestProxyOptions) => {
      server = await sharedServer();
      proxy = await startProxy(server, options);
    };

    it("since the pool is empty (9501), and when it is free again", async () => {
      await start({ config: { maxConnectionsPercent: 2, maxIdleConnectionsPercent: 1, connectionBorrowTimeout: 1 } });
      const holder = new Database({ ...environmentFor(proxy.proxy.port) });
      const holding = holder.transaction((tx) => tx.read("select sleep(3)"));
      containers = Array.from({ length: 10 }, () => new TestContainer(proxy.proxy.port, masterUser, "select sleep(3)"));
      await delay(300);
      const outcomes = await Promise.all(containers.map((container) => container.invoke(8_000)));
      const { NoConnectionError: refused = 0, rows = 0, ...others } = count(outcomes);
      assert.ok(refused > 0 && refused + rows === 10, JSON.stringify(outcomes));
      assert.deepEqual(others, {});
      await holding;
      holder.close();
      const again = new TestContainer(proxy.proxy.port);
      assert.equal(await again.invoke(8_000), "rows");
      again.close();
      console.log(`      empty pool: ${JSON.stringify(count(outcomes))}, free again: rows`);
    });

    it("since the proxy takes no more clients (1040)", async () => {
      const message = Buffer.from("#08004Too many connections");
      const header = Buffer.from([message.length + 3, 0, 0, 0, 0xff, 1040 & 0xff, 1040 >> 8]);
      const full = createServer((socket) => socket.end(Buffer.concat([header, message])));
      full.listen(0, "127.0.0.1");
      await once(full, "listening");
      const container = new TestContainer((full.address() as AddressInfo).port);
      assert.equal(await container.invoke(8_000), "NoConnectionError");
      full.close();
    });
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { callback, Database, DatabaseError } from "../../handler";
import { startMysqlServer } from "../../local/mysqlServer";
import {
  closeAll,
  directly,
  masterPassword,
  masterUser,
  sharedServer,
  startProxy,
} from "../local/rdsProxy/support/harness";
import { until } from "../local/rdsProxy/support/until";
import { contextWith, environmentFor, likeInLambda } from "./support/client";

/** `npm run load` asks for the sizes of the figures in docs/client.md; without it the same happens on a smaller scale. */
const isFull = process.env.LOAD === "full";

/** Milliseconds that each invocation has. On a busy machine a log-in may take seconds. */
const time = 30_000;

/**
 * What becomes of all invocations. Each returns its rows, or fails with an error of the client's in the time that it has; nothing else
 * is allowed. The values are how many of each there were.
 */
type Counts = Record<string, number>;

/** One container: a client of its own, and one invocation after the other. */
class TestContainer {
  readonly outcomes: string[] = [];
  /** Whether the next invocation has to log in again. */
  isCutOff = false;
  private readonly database: Database;

  constructor(
    port: number,
    user = masterUser,
    private readonly sql = "select 1",
  ) {
    // The proxy's own refusal has to come first, also where a log-in takes seconds.
    const environment = { ...environmentFor(port), DB_NAME: "", DB_USER: user, DB_CONNECT_TIMEOUT: "20" };
    this.database = new Database(environment, { database: null });
  }

  /** @returns the name of the error, or "rows" */
  async invoke(): Promise<string> {
    if (this.isCutOff) this.close();
    this.isCutOff = false;
    const invocation = callback(() => this.database.readArrays(this.sql));
    const started = Date.now();
    const outcome = await invocation({}, contextWith(time)).then(
      (rows) => (rows.length === 1 ? "rows" : "no rows"),
      (error: unknown) => {
        assert.ok(error instanceof DatabaseError && error.message.length > 60, String(error));
        return error.name;
      },
    );
    assert.ok(Date.now() - started < time, "it ended before Lambda would have ended it");
    this.outcomes.push(outcome);
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

  /** Invokes so many containers over and over: before the event, during it, and until each has got its rows ten times again. */
  async function invokeDuring(event: () => Promise<void>, size: number, port: number, user?: string): Promise<Counts> {
    const invoked = Array.from({ length: size }, () => new TestContainer(port, user));
    containers.push(...invoked);
    let isOver = false;
    const working = invoked.map(async (container) => {
      while (!isOver) {
        await container.invoke();
        await delay(20);
      }
    });
    const untilAllGetRows = () => {
      const before = invoked.map(({ outcomes }) => outcomes.length);
      const rowsSince = ({ outcomes }: TestContainer, index: number) => count(outcomes.slice(before[index])).rows ?? 0;
      return until(() => invoked.every((container, index) => rowsSince(container, index) >= 10), 60);
    };
    try {
      await untilAllGetRows();
      await event();
      await untilAllGetRows();
    } finally {
      isOver = true;
      await Promise.all(working);
    }
    return count(invoked.flatMap(({ outcomes }) => outcomes));
  }

  const [gone, clients] = isFull ? [10, 50] : [1.5, 10];
  it(`while the database restarts for ${gone} s under ${clients} concurrent invocations`, async () => {
    const server = await startMysqlServer({ masterUser, masterPassword, maxConnections: 60 });
    try {
      const { proxy } = await startProxy(server, { config: { connectionBorrowTimeout: isFull ? 4 : 1 } });
      const restart = async () => {
        await server.kill();
        await delay(gone * 1_000);
        await server.restart();
        await proxy.whenAvailable("db-TEST", 20);
      };
      const counts = await invokeDuring(restart, clients, proxy.port);
      assert.deepEqual(Object.keys(counts).sort(), ["NoConnectionError", "rows"], JSON.stringify(counts));
      console.log(`      restart of the database: ${JSON.stringify(counts)}`);
    } finally {
      await server.stop();
    }
  });

  it("while the proxy restarts", async () => {
    const server = await sharedServer();
    const { proxy } = await startProxy(server);
    const restart = async () => {
      await closeAll();
      await startProxy(server, { port: proxy.port });
    };
    const counts = await invokeDuring(restart, isFull ? 20 : 10, proxy.port);
    assert.deepEqual(Object.keys(counts), ["rows"], JSON.stringify(counts));
    console.log(`      restart of the proxy: ${JSON.stringify(counts)}`);
  });

  it("while the password is rotated, with no failure at all", async () => {
    const server = await sharedServer();
    const rotating = { username: "rotated_under_load", password: "rotation-0" };
    const user = rotating.username;
    const connection = await directly(server);
    await connection.query("create user if not exists ??@'%'", [user]);
    await connection.query("alter user ??@'%' identified by ?", [user, rotating.password]);
    secrets.text = JSON.stringify(rotating);
    // The proxy reads the secret whenever it needs it.
    const credentials = () => Promise.resolve([JSON.parse(secrets.text) as typeof rotating]);
    const { proxy } = await startProxy(server, { credentials });
    const rotations = async () => {
      for (let rotation = 1; rotation <= (isFull ? 3 : 2); rotation++) {
        const password = `rotation-${rotation}`;
        // As Secrets Manager does it: first the database, a moment later the secret.
        await connection.query("alter user ??@'%' identified by ?", [user, password]);
        await delay(100);
        secrets.text = JSON.stringify({ ...rotating, password });
        secrets.changedAt = new Date();
        // New containers start at any time.
        const fresh = Array.from({ length: isFull ? 10 : 4 }, () => new TestContainer(proxy.port, user));
        containers.push(...fresh);
        const outcomes = await Promise.all(fresh.map((container) => container.invoke()));
        assert.deepEqual(count(outcomes), { rows: fresh.length });
        // Warm ones have to log in again, with a password from before.
        for (const container of containers) container.isCutOff = true;
        await delay(300);
      }
    };
    const counts = await invokeDuring(rotations, isFull ? 20 : 8, proxy.port, user);
    await connection.end();
    assert.deepEqual(Object.keys(counts), ["rows"], JSON.stringify(counts));
    console.log(`      rotations of the password: ${JSON.stringify(counts)}`);
  });

  it("since the pool is empty (9501), and when it is free again", async () => {
    const config = { maxConnectionsPercent: 2, maxIdleConnectionsPercent: 1, connectionBorrowTimeout: 1 };
    const { proxy } = await startProxy(await sharedServer(), { config });
    const slow = "select sleep(3)";
    containers = Array.from({ length: 10 }, () => new TestContainer(proxy.port, masterUser, slow));
    const counts = count(await Promise.all(containers.map((container) => container.invoke())));
    const { NoConnectionError: refused = 0, rows = 0, ...others } = counts;
    assert.ok(refused > 0 && rows > 0, JSON.stringify(counts));
    assert.deepEqual(others, {});
    const again = new TestContainer(proxy.port);
    containers.push(again);
    assert.equal(await again.invoke(), "rows");
    console.log(`      empty pool: ${JSON.stringify(counts)}, free again: rows`);
  });

  it("since the proxy takes no more clients (1040)", async () => {
    const message = Buffer.from("#08004Too many connections");
    const header = Buffer.from([message.length + 3, 0, 0, 0, 0xff, 1040 & 0xff, 1040 >> 8]);
    const full = createServer((socket) => socket.end(Buffer.concat([header, message])));
    full.listen(0, "127.0.0.1");
    await once(full, "listening");
    const container = new TestContainer((full.address() as AddressInfo).port);
    assert.equal(await container.invoke(), "NoConnectionError");
    full.close();
  });
});

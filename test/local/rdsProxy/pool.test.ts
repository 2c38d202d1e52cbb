import assert from "node:assert/strict";
import { once } from "node:events";
import type { Connection } from "mysql2/promise";
import type { MysqlServer } from "../../../local/mysqlServer";
import { backend, closeAll, directly, sharedServer, startProxy, untilRunning, value } from "./support/harness";
import { until } from "./support/until";

const errno = (expected: number) => (error: { errno?: number }) => error.errno === expected;

describe("the pool of the RDS Proxy stand-in", () => {
  let server: MysqlServer;
  let admin: Connection;
  before(async () => {
    server = await sharedServer();
    admin = await directly(server, { database: "test" });
  });
  afterEach(closeAll);
  after(() => admin.end());

  const connected = async (): Promise<number> =>
    Number(await value(admin, "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'admin'")) - 1;

  it("never has more than MaxConnectionsPercent of max_connections, whatever the clients ask for", async () => {
    // 20 % of 60 are 12, and one of them is the monitor's.
    const { connect, proxy } = await startProxy(server, { config: { maxConnectionsPercent: 20 } });
    const clients = await Promise.all(Array.from({ length: 40 }, () => connect()));
    let most = 0;
    const finished = new AbortController();
    const watch = (async () => {
      while (!finished.signal.aborted) most = Math.max(most, await connected());
    })();
    await Promise.all(
      clients.map(async (client) => {
        for (let round = 0; round < 5; round++) await client.query("SELECT SLEEP(0.01)");
      }),
    );
    finished.abort();
    await watch;
    assert.equal(proxy.metrics().MaxDatabaseConnectionsAllowed, 11);
    assert.equal(proxy.metrics().DatabaseConnections, 11);
    assert.ok(most <= 12, `${most} connections`);
    assert.ok(most > 6, `${most} connections`);
  });

  it("counts a connection whose client has left until the server is done with it", async () => {
    const { connect, proxy } = await startProxy(server, { config: { maxConnectionsPercent: 5 } });
    let most = 0;
    for (let round = 0; round < 6; round++) {
      const client = await connect();
      const statement = `SELECT SLEEP(0.5), ${round}`;
      client.query(statement).catch(() => undefined);
      await untilRunning(admin, statement);
      client.destroy();
      most = Math.max(most, await connected());
    }
    assert.ok(most <= 3, `${most} connections`);
    await until(() => proxy.metrics().DatabaseConnectionsCurrentlyBorrowed === 0);
  });

  it("needs no more than one connection in all, the monitor's included, when its share is one", async () => {
    const { connect, proxy } = await startProxy(server, { config: { maxConnectionsPercent: 2 } });
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect()));
    const ids = await Promise.all(clients.map((client) => backend(client)));
    assert.equal(new Set(ids).size, 1);
    assert.equal(proxy.metrics().MaxDatabaseConnectionsAllowed, 1);
    assert.equal(await connected(), 1);
    assert.equal(proxy.targetHealth()[0]?.state, "AVAILABLE");
  });

  it("answers error 9501 when no connection becomes free within ConnectionBorrowTimeout, and serves the client later", async () => {
    const config = { maxConnectionsPercent: 4 };
    const { connect, proxy, configure } = await startProxy(server, { config });
    const [one, two] = [await connect(), await connect()];
    await one.query("BEGIN");
    configure({ ...config, connectionBorrowTimeout: 0.2 });
    await assert.rejects(two.query("SELECT 1"), (error: { errno?: number; sqlState?: string; message: string }) => {
      assert.equal(error.errno, 9501);
      assert.equal(error.sqlState, "HY000");
      assert.equal(error.message, "Timed-out waiting to acquire database connection");
      return true;
    });
    await assert.rejects(connect(), errno(9501));
    assert.equal(proxy.metrics().ClientConnectionsSetupFailedAuth, 0);
    await assert.rejects(connect({ password: "wrong" }), errno(1045));
    assert.equal(proxy.metrics().ClientConnectionsSetupFailedAuth, 1);
    configure(config);
    await one.query("ROLLBACK");
    assert.equal(await value(two, "SELECT 1"), 1);
    assert.ok((proxy.metrics().DatabaseConnectionsBorrowLatency ?? -1) >= 0);
  });

  it("serves waiting sessions in the order in which they came", async () => {
    const { connect, proxy } = await startProxy(server, { config: { maxConnectionsPercent: 4 } });
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect()));
    const holder = await connect();
    await holder.query("BEGIN");
    const served: number[] = [];
    const queries: Promise<unknown>[] = [];
    for (const [index, client] of clients.entries()) {
      const requests = proxy.metrics().QueryRequests ?? 0;
      queries.push(client.query("SELECT 1").then(() => served.push(index)));
      // The proxy counts a query right before it puts the session into the queue.
      await until(() => proxy.metrics().QueryRequests === requests + 1);
    }
    await holder.query("COMMIT");
    await Promise.all(queries);
    assert.deepEqual(served, [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("runs InitQuery on every new database connection, and again after a reset", async () => {
    const initQuery = "SET time_zone = '+04:00'; SET @from_init = 7";
    const { connect } = await startProxy(server, { config: { initQuery, maxConnectionsPercent: 4 } });
    const one = await connect();
    assert.equal(await value(one, "SELECT CONCAT(@@time_zone, @from_init)"), "+04:007");
    await one.query("SET @mine = 1");
    await one.end();
    const two = await connect();
    assert.equal(await value(two, "SELECT CONCAT(@@time_zone, @from_init)"), "+04:007");
    assert.equal(await value(two, "SELECT @mine"), null);
  });

  it("closes idle connections beyond MaxIdleConnectionsPercent after the idle time, and keeps the rest", async () => {
    const config = { maxConnectionsPercent: 50, maxIdleConnectionsPercent: 5 };
    const { connect, proxy } = await startProxy(server, { config, databaseIdleSeconds: 0.2 });
    const clients = await Promise.all(Array.from({ length: 12 }, () => connect()));
    await Promise.all(clients.map((client) => client.query("SELECT SLEEP(0.1)")));
    assert.ok((proxy.metrics().DatabaseConnections ?? 0) > 6);
    await until(() => proxy.metrics().DatabaseConnections === 3);
    assert.equal(await value(await connect(), "SELECT 1"), 1);
  });

  it("applies a changed configuration at once", async () => {
    const { connect, proxy, configure } = await startProxy(server, { config: { maxConnectionsPercent: 20 } });
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect()));
    await Promise.all(clients.map((client) => client.query("SELECT SLEEP(0.05)")));
    assert.ok((proxy.metrics().DatabaseConnections ?? 0) >= 4);
    configure({ maxConnectionsPercent: 5 });
    assert.equal(proxy.metrics().MaxDatabaseConnectionsAllowed, 2);
    await until(() => (proxy.metrics().DatabaseConnections ?? 9) <= 2);
    await Promise.all([clients[0]?.query("BEGIN"), clients[1]?.query("BEGIN")]);
    configure({ maxConnectionsPercent: 5, connectionBorrowTimeout: 0.1 });
    await assert.rejects(clients[2]?.query("SELECT 1") ?? Promise.resolve(), errno(9501));
  });

  it("disconnects clients that were idle for IdleClientTimeout, and no others", async () => {
    const { connect, proxy } = await startProxy(server, { idleClientTimeout: 0.3 });
    const [idle, busy] = [await connect(), await connect()];
    const closed = once((idle as unknown as { connection: NodeJS.EventEmitter }).connection, "error");
    const long = busy.query("SELECT SLEEP(0.8)");
    await closed;
    await long;
    assert.equal(await value(busy, "SELECT 1"), 1);
    assert.equal(proxy.metrics().ClientConnectionsClosed, 1);
  });

  it("makes room for another user by closing an idle connection", async () => {
    await admin.query("CREATE USER IF NOT EXISTS second IDENTIFIED BY 'second-password'");
    const { connect } = await startProxy(server, {
      config: { maxConnectionsPercent: 4 },
      credentials: () =>
        Promise.resolve([
          { username: "admin", password: "master-password-1" },
          { username: "second", password: "second-password" },
        ]),
    });
    const [one, two] = [await connect(), await connect({ user: "second", password: "second-password" })];
    for (let round = 0; round < 3; round++) {
      assert.match(String(await value(one, "SELECT CURRENT_USER()")), /^admin@/);
      assert.match(String(await value(two, "SELECT CURRENT_USER()")), /^second@/);
    }
    await admin.query("DROP USER second");
  });

  it("serves one user while the database refuses the other", async () => {
    const { connect, configure, proxy } = await startProxy(server, {
      config: { maxConnectionsPercent: 4 },
      credentials: () =>
        Promise.resolve([
          { username: "admin", password: "master-password-1" },
          { username: "nobody", password: "unknown-to-the-database" },
        ]),
    });
    const one = await connect();
    const refused = connect({ user: "nobody", password: "unknown-to-the-database" });
    refused.catch(() => undefined);
    configure({ maxConnectionsPercent: 4, connectionBorrowTimeout: 2 });
    const started = performance.now();
    for (let round = 0; round < 5; round++) {
      const refusals = proxy.metrics().DatabaseConnectionsSetupFailed ?? 0;
      assert.equal(await value(one, "SELECT 1"), 1);
      await until(() => (proxy.metrics().DatabaseConnectionsSetupFailed ?? 0) > refusals);
    }
    assert.ok(performance.now() - started < 1500);
    await assert.rejects(refused, errno(9501));
  });

  it("waits while other programs hold the database's last connections", async () => {
    const { connect } = await startProxy(server, { config: { maxConnectionsPercent: 100 } });
    const others: Connection[] = [];
    for (;;) {
      const other = await directly(server).catch(() => undefined);
      if (!other) break;
      others.push(other);
    }
    const client = connect();
    await others.pop()?.end();
    assert.equal(await value(await client, "SELECT 1"), 1);
    await Promise.all(others.map((other) => other.end()));
  });

  it("gives a session its own last connection back when it is free", async () => {
    const { connect } = await startProxy(server);
    const clients = await Promise.all(Array.from({ length: 3 }, () => connect()));
    const first = await Promise.all(clients.map((client) => value(client, "SELECT CONNECTION_ID() + SLEEP(0.05)")));
    assert.equal(new Set(first).size, 3);
    for (const [index, client] of clients.entries()) assert.equal(await backend(client), first[index]);
  });
});

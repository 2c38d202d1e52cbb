import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createConnection } from "mysql2";
import { type MysqlServer, startMysqlServer } from "../../../local/mysqlServer";
import {
  closeAll,
  dialer,
  directly,
  login,
  masterPassword,
  masterUser,
  sharedServer,
  startProxy,
  targetId,
  untilRunning,
  value,
} from "./support/harness";
import { until } from "./support/until";

describe("a restart of the database, seen through the RDS Proxy stand-in", () => {
  let server: MysqlServer;
  before(async function () {
    this.timeout(20000);
    server = await startMysqlServer({ masterUser, masterPassword, maxConnections: 30 });
  });
  afterEach(closeAll);
  after(() => server.stop());

  for (const how of ["regular restart", "crash"] as const) {
    it(`keeps idle clients over a ${how}; their next query waits and succeeds, a transaction gets an error`, async function () {
      this.timeout(20000);
      const { connect, proxy } = await startProxy(server, { config: { connectionBorrowTimeout: 15 } });
      const idle = await Promise.all(Array.from({ length: 5 }, () => connect()));
      const [inTransaction, pinned] = [await connect(), await connect()];
      await inTransaction.query("BEGIN");
      await pinned.query("SET @a = 1");
      if (how === "crash") await server.kill();
      const restarted = server.restart();
      await until(() => proxy.targetHealth()[0]?.state === "UNAVAILABLE");
      const started = performance.now();
      const waits = idle.map(async (client) => {
        assert.equal(await value(client, "SELECT 1"), 1);
        return performance.now() - started;
      });
      const newcomer = connect();
      await assert.rejects(inTransaction.query("SELECT 1"), (error: { errno?: number }) => error.errno === 1053);
      assert.equal(await value(inTransaction, "SELECT 1"), 1);
      await assert.rejects(pinned.query("SELECT @a"), (error: { errno?: number }) => error.errno === 1053);
      assert.equal(await value(await newcomer, "SELECT 1"), 1);
      const longest = Math.max(...(await Promise.all(waits)));
      await restarted;
      assert.equal(proxy.targetHealth()[0]?.state, "AVAILABLE");
      // The server itself needs about a second to restart.
      assert.ok(longest < 8000, `waited ${longest} ms`);
    });
  }

  it("makes a running statement fail, and the client's next statement succeeds", async function () {
    this.timeout(20000);
    const { connect } = await startProxy(server, { config: { connectionBorrowTimeout: 15 } });
    const client = await connect();
    const running = client.query("SELECT SLEEP(10)");
    running.catch(() => undefined);
    const admin = await directly(server);
    await untilRunning(admin, "SELECT SLEEP(10)");
    await admin.end();
    await server.kill();
    await assert.rejects(running, (error: { errno?: number }) => error.errno === 1053);
    await server.restart();
    assert.equal(await value(client, "SELECT 1"), 1);
  });
});

describe("target health", () => {
  let server: MysqlServer;
  before(async () => {
    server = await sharedServer();
  });
  afterEach(closeAll);

  const refuse = (code: string): Promise<never> =>
    Promise.reject(Object.assign(new Error(`connect ${code}`), { code }));

  it("is REGISTERING at first, then AVAILABLE", async () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const { proxy } = await startProxy(server, { available: false, dial: () => opened.then(dialer(server)) });
    assert.deepEqual(proxy.targetHealth(), [{ id: targetId, state: "REGISTERING" }]);
    open();
    await proxy.whenAvailable(targetId, 5);
    assert.deepEqual(proxy.targetHealth(), [{ id: targetId, state: "AVAILABLE" }]);
    assert.ok((proxy.metrics().AvailabilityPercentage ?? 0) > 0);
  });

  for (const [code, reason] of [
    ["ETIMEDOUT", "UNREACHABLE"],
    ["EHOSTUNREACH", "UNREACHABLE"],
    ["ECONNREFUSED", "CONNECTION_FAILED"],
  ] as const) {
    it(`is UNAVAILABLE with ${reason} after ${code}, and recovers by itself`, async () => {
      let closed = true;
      const dial = (): Promise<Socket> => (closed ? refuse(code) : dialer(server)());
      const { proxy } = await startProxy(server, { available: false, dial });
      await assert.rejects(proxy.whenAvailable(targetId, 0.1), new RegExp(`UNAVAILABLE.*${reason}.*${code}`));
      assert.equal(proxy.targetHealth()[0]?.reason, reason);
      closed = false;
      await proxy.whenAvailable(targetId, 5);
      assert.equal(proxy.targetHealth()[0]?.reason, undefined);
    });
  }

  it("is UNAVAILABLE with AUTH_FAILURE when the database does not take the secret's password", async () => {
    const { proxy } = await startProxy(server, {
      available: false,
      credentials: () => Promise.resolve([{ username: masterUser, password: "outdated" }]),
    });
    await assert.rejects(proxy.whenAvailable(targetId, 0.2), /AUTH_FAILURE.*Access denied/);
  });

  it("is UNAVAILABLE with CONNECTION_FAILED when something else answers", async () => {
    const other = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { proxy } = await startProxy(
      { host: "127.0.0.1", port: (other.address() as AddressInfo).port },
      { available: false },
    );
    await assert.rejects(proxy.whenAvailable(targetId, 0.2), /CONNECTION_FAILED/);
    other.close();
  });

  it("ends with the target, whose connections are closed", async () => {
    const { proxy, connect, configure } = await startProxy(server);
    const client = await connect();
    configure({ connectionBorrowTimeout: 0.1 });
    await proxy.deregisterTarget(targetId);
    assert.deepEqual(proxy.targetHealth(), []);
    await until(() => proxy.metrics().DatabaseConnections === 0);
    await assert.rejects(client.query("SELECT 1"), (error: { errno?: number }) => error.errno === 9501);
    await assert.rejects(proxy.whenAvailable(targetId, 1), /no target/);
  });
});

describe("the RDS Proxy stand-in", () => {
  let server: MysqlServer;
  before(async () => {
    server = await sharedServer();
  });
  afterEach(closeAll);

  it("opens no connection for a client that disconnects while its password is checked", async () => {
    const secret = Promise.resolve([{ username: masterUser, password: masterPassword }]);
    let credentials = () => secret;
    const { proxy, events } = await startProxy(server, {
      clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD",
      credentials: () => credentials(),
    });
    let readSecret: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      credentials = () => {
        resolve();
        return new Promise<void>((read) => (readSecret = read)).then(() => secret);
      };
    });
    const client = createConnection(login(proxy.port));
    client.on("error", () => undefined);
    await asked;
    client.destroy();
    await until(() => proxy.metrics().ClientConnectionsClosed === 1);
    readSecret();
    await until(() => events.some(({ message }) => message === "client log-in failed"));
    assert.equal(proxy.metrics().DatabaseConnectionRequests, 0);
  });

  it("leaves neither port nor connection behind when it is closed", async () => {
    const { proxy, connect } = await startProxy(server);
    const client = await connect();
    await client.query("BEGIN");
    await proxy.close();
    await assert.rejects(connect());
    assert.equal(proxy.metrics().DatabaseConnections, 0);
    assert.equal(proxy.metrics().ClientConnections, 0);
  });
});

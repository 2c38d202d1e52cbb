import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { MysqlServer } from "../../../local/mysqlServer";
import { Capability } from "../../../local/rdsProxy/protocol/constants";
import { writeSslRequest } from "../../../local/rdsProxy/protocol/handshake";
import { packet } from "../../../local/rdsProxy/protocol/packets";
import { attack } from "./support/fuzz";
import { closeAll, sharedServer, startProxy, value } from "./support/harness";
import { random } from "./support/random";
import { RawClient } from "./support/rawClient";
import { until } from "./support/until";

const firstSeed = 1157;
const nativePassword = { clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD" } as const;

describe("hostile clients of the RDS Proxy stand-in", () => {
  let server: MysqlServer;
  before(async () => {
    server = await sharedServer();
  });
  afterEach(closeAll);

  it(`neither crash it nor keep others from being served (400 attacks, seed ${firstSeed})`, async function () {
    this.timeout(30000);
    const { proxy, connect: logIn } = await startProxy(server, nativePassword);
    const client = await logIn();
    const attacks = new AbortController();
    const served = (async () => {
      let queries = 0;
      for (; !attacks.signal.aborted; queries++) assert.equal(await value(client, "SELECT 42"), 42);
      return queries;
    })();
    for (let wave = 0; wave < 10; wave++) {
      await Promise.all(
        Array.from({ length: 40 }, (_, index) => attack(proxy.port, random(firstSeed + 100 * wave + index))),
      );
    }
    attacks.abort();
    assert.ok((await served) > 50);
    await until(() => proxy.metrics().ClientConnections === 1);
    await until(() => proxy.metrics().DatabaseConnectionsCurrentlyBorrowed === 0);
    assert.equal(await value(await logIn(), "SELECT 1"), 1);
  });

  it("cost bounded memory: a log-in packet of more than 64 KB is refused, unread data makes it stop reading", async () => {
    const { proxy } = await startProxy(server, nativePassword);
    const socket = connect(proxy.port, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "data");
    socket.write(Buffer.concat([Buffer.of(0xff, 0xff, 0x10, 1), Buffer.alloc(70000)]));
    await new Promise((resolve) => socket.once("close", resolve));
  });

  it("get no more data while they do not read: a huge result waits in the database, not in memory", async function () {
    this.timeout(20000);
    const { connect: logIn } = await startProxy(server, nativePassword);
    const client = await logIn({ ssl: undefined });
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    const before = process.memoryUsage().arrayBuffers;
    stream.pause();
    // 100 rows of 1 MB.
    const rows = client.query("SELECT REPEAT('x', 1000000) FROM information_schema.COLLATIONS LIMIT 100");
    rows.catch(() => undefined);
    // No event can tell that the proxy does not read on, so it gets the time to do so.
    await delay(300);
    const growth = process.memoryUsage().arrayBuffers - before;
    assert.ok(growth < 20_000_000, `${growth} bytes`);
    stream.resume();
    assert.equal(((await rows)[0] as unknown[]).length, 100);
  });

  it("have no more of their commands executed when they send many and do not read the replies", async () => {
    const { proxy } = await startProxy(server, nativePassword);
    const client = await RawClient.connect(proxy.port);
    client.socket.pause();
    const query = packet(0, Buffer.of(3), Buffer.from("SELECT REPEAT('x', 10000)"));
    const before = proxy.metrics().QueryRequests ?? 0;
    // All replies together would have 200 MB.
    client.socket.write(Buffer.concat(Array.from({ length: 20000 }, () => query)));
    let last = -1;
    await until(async () => {
      const now = proxy.metrics().QueryRequests ?? 0;
      const stands = now === last;
      last = now;
      // No event can tell that the proxy runs no more queries, so it gets the time to do so.
      await delay(200);
      return stands && now > before;
    });
    assert.ok(last < 2000, `${last} queries were run`);
    client.close();
  });

  it("may send thousands of commands at once that the proxy answers itself", async () => {
    const { proxy, connect: logIn } = await startProxy(server, {
      ...nativePassword,
      config: { maxConnectionsPercent: 4 },
    });
    const [client, other] = [await RawClient.connect(proxy.port), await logIn()];
    await client.text("SELECT CAST('a' AS SIGNED)");
    // Uses the client's database connection, so the proxy has to remember the client's warning.
    await value(other, "SELECT 1");
    const question = packet(0, Buffer.of(3), Buffer.from("SHOW WARNINGS"));
    let received = 0;
    client.socket.on("data", ({ length }: Buffer) => (received += length));
    client.socket.write(question);
    await until(() => received > 0);
    const answer = received;
    client.socket.write(Buffer.concat(Array.from({ length: 3500 }, () => question)));
    await until(() => received === 3501 * answer || client.socket.destroyed);
    assert.equal(received, 3501 * answer);
    client.close();
  });

  it("may hold 5,000 half-open connections while others log in and query", async function () {
    this.timeout(30000);
    const { proxy, connect: logIn } = await startProxy(server, nativePassword);
    const client = await logIn();
    const sockets: Socket[] = [];
    const before = process.memoryUsage().rss;
    for (let batch = 0; batch < 50; batch++) {
      const opened = Array.from({ length: 100 }, () => {
        const socket = connect(proxy.port, "127.0.0.1");
        socket.on("error", () => undefined);
        sockets.push(socket);
        return once(socket, "data");
      });
      await Promise.all(opened);
    }
    const started = performance.now();
    assert.equal(await value(client, "SELECT 1"), 1);
    assert.equal(await value(await logIn(), "SELECT 1"), 1);
    assert.ok(performance.now() - started < 1000);
    // This process holds both ends of each connection.
    assert.ok(process.memoryUsage().rss - before < 300_000_000);
    for (const socket of sockets) socket.destroy();
    await until(() => proxy.metrics().ClientConnectionsClosed === 5000);
  });

  it("are cut off when a packet takes too long, though bytes come one by one", async () => {
    const { proxy } = await startProxy(server, { ...nativePassword, loginSeconds: 0.5 });
    const slow = connect(proxy.port, "127.0.0.1");
    slow.on("error", () => undefined).resume();
    // A packet of 200 bytes that will take 20 seconds.
    slow.write(Buffer.of(200, 0, 0, 1));
    const drip = setInterval(() => slow.write(Buffer.of(1)), 100);
    const started = performance.now();
    // A reset is one way to cut a client off, and `once` of node:events would reject after one.
    await new Promise((resolve) => slow.once("close", resolve));
    clearInterval(drip);
    assert.ok(performance.now() - started > 400);
    assert.ok(performance.now() - started < 2500);
  });

  it("are cut off when they stop in the middle of the TLS handshake", async () => {
    const { proxy } = await startProxy(server, { ...nativePassword, loginSeconds: 0.2 });
    const silent = connect(proxy.port, "127.0.0.1");
    silent.on("error", () => undefined);
    await once(silent, "data");
    silent.resume();
    const closed = new Promise((resolve) => silent.once("close", resolve));
    silent.write(
      packet(1, writeSslRequest({ capabilities: Capability.PROTOCOL_41 | Capability.SSL, extended: 0 }, 45)),
    );
    await closed;
    await until(() => proxy.metrics().ClientConnectionsSetupFailedAuth === 1);
  });

  it("are cut off when they fall silent in the middle of COM_CHANGE_USER, and their database connection is free", async () => {
    const { proxy } = await startProxy(server, { ...nativePassword, loginSeconds: 0.3 });
    const client = await RawClient.connect(proxy.port);
    await client.command(0x03, "BEGIN");
    assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 1);
    await client.command(0x11, "admin\0\0\0");
    await until(() => proxy.metrics().ClientConnections === 0, 5);
    assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 0);
  });

  it("are cut off when they do not close after COM_QUIT", async () => {
    const { proxy } = await startProxy(server, nativePassword);
    const client = await RawClient.connect(proxy.port);
    client.socket.allowHalfOpen = true;
    client.socket.write(Buffer.of(1, 0, 0, 0, 1));
    await until(() => proxy.metrics().ClientConnectionsClosed === 1, 5);
    client.close();
  });

  it("count as idle, too, when they stop in the middle of a command", async () => {
    const { proxy } = await startProxy(server, { ...nativePassword, idleClientTimeout: 0.3 });
    const client = await RawClient.connect(proxy.port);
    await client.command(0x03, "BEGIN");
    client.socket.write(Buffer.of(9, 0, 0));
    await until(() => proxy.metrics().ClientConnections === 0, 5);
    assert.equal(proxy.metrics().DatabaseConnections, 1);
  });

  it("are cut off when they do not read their reply for net_write_timeout, and their database connection is free", async () => {
    const { proxy, connect } = await startProxy(server, { ...nativePassword, config: { maxConnectionsPercent: 4 } });
    const client = await RawClient.connect(proxy.port);
    await client.command(0x03, "SET net_write_timeout = 1");
    client.socket.pause();
    client.socket.write(
      packet(0, Buffer.of(3), Buffer.from("SELECT REPEAT('x', 1000000) FROM information_schema.COLLATIONS")),
    );
    assert.equal(await value(await connect(), "SELECT 1"), 1);
    client.close();
  });

  it("do not reach the database with a COM_CHANGE_USER that is too long to be examined", async () => {
    const { proxy } = await startProxy(server, nativePassword);
    const client = await RawClient.connect(proxy.port);
    const body = Buffer.alloc(20000);
    Buffer.from("\x11admin\0\0\0").copy(body);
    client.socket.write(
      Buffer.concat([Buffer.of(body.length & 0xff, body.length >> 8, 0, 0), body.subarray(0, 17000)]),
    );
    await until(() => proxy.metrics().ClientConnections === 0, 5);
    assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 0);
    client.close();
  });

  it("do not count as silent when the proxy had no time to listen", async () => {
    const { proxy } = await startProxy(server, { ...nativePassword, loginSeconds: 0.2 });
    const client = connect(proxy.port, "127.0.0.1");
    await once(client, "data");
    client.write(Buffer.of(2, 0, 0, 1, 0, 0));
    const busyUntil = performance.now() + 400;
    while (performance.now() < busyUntil);
    const [answer] = (await once(client, "data")) as [Buffer];
    assert.equal(answer.readUInt16LE(5), 1251);
    client.destroy();
  });
});

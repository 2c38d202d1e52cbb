import assert from "node:assert/strict";
import type { Connection } from "mysql2/promise";
import type { MysqlServer } from "../../../local/mysqlServer";
import { Command, headerBytes } from "../../../local/rdsProxy/protocol/constants";
import { uint } from "../../../local/rdsProxy/protocol/cursor";
import {
  backend,
  closeAll,
  directly,
  masterPassword,
  masterUser,
  serverKinds,
  startProxy,
  untilRunning,
  value,
} from "./support/harness";
import { random } from "./support/random";
import { RawClient } from "./support/rawClient";
import { until } from "./support/until";

const errno = (expected: number) => (error: { errno?: number }) => error.errno === expected;
const errorCode = (packet: Buffer): number => packet.readUInt16LE(headerBytes + 1);

/** The id in the greeting, which drivers cancel queries with. */
const idOf = (connection: Connection): number => connection.threadId;

for (const { name, start } of serverKinds) {
  describe(`KILL over ${name}`, () => {
    let server: MysqlServer;
    let admin: Connection;
    before(async function () {
      this.timeout(30000);
      server = await start();
      admin = await directly(server, { database: "test" });
    });
    afterEach(closeAll);
    after(() => admin.end());

    /** A proxy with one database connection to lend. */
    const proxied = () =>
      startProxy(server, { clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD", config: { maxConnectionsPercent: 4 } });

    /** Runs a query of 20 s. It ends with the error 1317, or MySQL's SLEEP() with the result 1. */
    const runLong = async (client: Connection, what: string): Promise<{ interrupted: Promise<void> }> => {
      const sql = `SELECT SLEEP(20) /* ${what} ${name} */`;
      const interrupted = client.query({ sql, rowsAsArray: true }).then(
        ([rows]) => {
          assert.deepEqual(rows, [[1]]);
        },
        (error: unknown) => {
          assert.equal((error as { errno: number }).errno, 1317);
        },
      );
      await untilRunning(admin, sql);
      return { interrupted };
    };

    it("QUERY ends the statement of another session of the user, though every connection is busy, and pins nothing", async () => {
      const { connect, proxy } = await proxied();
      const [victim, killer] = [await connect(), await connect()];
      const { interrupted } = await runLong(victim, "kill query");
      await killer.query(`KILL QUERY ${idOf(victim)}`);
      await interrupted;
      assert.equal(await value(victim, "SELECT 7"), 7);
      assert.equal(await value(killer, "SELECT 8"), 8);
      const { DatabaseConnectionsCurrentlySessionPinned, DatabaseConnectionsCurrentlyBorrowed } = proxy.metrics();
      assert.deepEqual([DatabaseConnectionsCurrentlySessionPinned, DatabaseConnectionsCurrentlyBorrowed], [0, 0]);
    });

    it("QUERY leaves the transaction of the statement open", async () => {
      const { connect } = await proxied();
      const [victim, killer] = [await connect({ database: "test" }), await connect()];
      await victim.query("CREATE TABLE IF NOT EXISTS killed (id INT) ENGINE=InnoDB");
      await victim.query("TRUNCATE killed");
      await victim.query("BEGIN");
      await victim.query("INSERT INTO killed VALUES (1)");
      const { interrupted } = await runLong(victim, "in a transaction");
      await killer.query(`KILL QUERY ${idOf(victim)}`);
      await interrupted;
      await victim.query("COMMIT");
      assert.equal(await value(killer, "SELECT COUNT(*) FROM test.killed"), 1);
    });

    it("QUERY ends the wait of a session that has no database connection yet", async () => {
      const { connect, proxy } = await proxied();
      const [holder, victim, killer] = [await connect(), await connect(), await connect()];
      await holder.query("BEGIN");
      const before = proxy.metrics().QueryRequests ?? 0;
      const waiting = assert.rejects(victim.query("SELECT 1"), errno(1317));
      await until(() => proxy.metrics().QueryRequests === before + 1);
      await killer.query(`KILL QUERY ${idOf(victim)}`);
      await waiting;
      await holder.query("COMMIT");
      assert.equal(await value(victim, "SELECT 7"), 7);
    });

    it("without QUERY ends the session too", async () => {
      const { connect, proxy } = await proxied();
      const [victim, idle, killer] = [await connect(), await connect(), await connect()];
      const sql = `SELECT SLEEP(20) /* kill connection ${name} */`;
      const lost = assert.rejects(victim.query(sql));
      await untilRunning(admin, sql);
      await killer.query(`KILL ${idOf(victim)}`);
      await lost;
      await killer.query(`KILL CONNECTION ${idOf(idle)}`);
      await assert.rejects(idle.query("SELECT 1"));
      assert.equal(await value(killer, "SELECT 7"), 7);
      await until(() => proxy.metrics().ClientConnections === 1);
    });

    it("as a command of the protocol ends the session", async () => {
      const { connect, proxy } = await proxied();
      const victim = await connect();
      const killer = await RawClient.connect(proxy.port);
      const reply = await killer.command(Command.PROCESS_KILL, uint(idOf(victim), 4));
      assert.equal(reply[headerBytes], 0);
      await assert.rejects(victim.query("SELECT 1"));
      killer.close();
    });

    it("of one's own session gets error 1317, and ends the session unless it is for the query", async () => {
      const { proxy } = await proxied();
      const client = await RawClient.connect(proxy.port);
      assert.equal(errorCode(await client.command(Command.QUERY, `KILL QUERY ${client.threadId}`)), 1317);
      assert.equal(await client.text("SELECT 7"), "7");
      assert.equal(errorCode(await client.command(Command.QUERY, `KILL ${client.threadId}`)), 1317);
      await assert.rejects(client.text("SELECT 7"));
    });

    it("is refused for the session of another user, and for an id that there is not", async () => {
      await admin.query("CREATE USER IF NOT EXISTS other@'%' IDENTIFIED BY 'other-password-1'");
      const { connect } = await startProxy(server, {
        credentials: () =>
          Promise.resolve([
            { username: masterUser, password: masterPassword },
            { username: "other", password: "other-password-1" },
          ]),
      });
      const [victim, stranger] = [await connect(), await connect({ user: "other", password: "other-password-1" })];
      await assert.rejects(stranger.query(`KILL QUERY ${idOf(victim)}`), errno(1095));
      await assert.rejects(stranger.query(`KILL ${idOf(victim)}`), errno(1095));
      await assert.rejects(stranger.query(`KILL 2147483646`), errno(1094));
      assert.equal(await value(victim, "SELECT 7"), 7);
    });

    it("QUERY with the id of CONNECTION_ID() goes to the database", async () => {
      const { connect } = await startProxy(server);
      const [victim, killer] = [await connect(), await connect()];
      await victim.query("BEGIN");
      const id = (await backend(victim)) as number;
      const { interrupted } = await runLong(victim, "by CONNECTION_ID()");
      await killer.query(`KILL QUERY ${id}`);
      await interrupted;
      await victim.query("ROLLBACK");
    });

    it("QUERY never hits the statement of another session, however late it comes", async () => {
      const { connect } = await startProxy(server, { config: { maxConnectionsPercent: 6 } });
      const [victim, killer, ...others] = await Promise.all(Array.from({ length: 6 }, () => connect()));
      assert.ok(victim && killer);
      const dice = random(14);
      let over = false;
      const innocent = others.map(async (other, index) => {
        while (!over) assert.equal(await value(other, `SELECT ${index} + SLEEP(0.0005)`), index);
      });
      let hits = 0;
      for (let round = 0; round < 300; round++) {
        const long = value(victim, `SELECT 0 + SLEEP(${dice.below(4) / 2000})`).then(
          (result) => result !== 0,
          () => true,
        );
        for (let wait = dice.below(3); wait > 0; wait--) await new Promise(setImmediate);
        await killer.query(`KILL QUERY ${idOf(victim)}`);
        if (await long) hits++;
        assert.equal(await value(victim, "SELECT 5 + SLEEP(0.0005)"), 5);
      }
      over = true;
      await Promise.all(innocent);
      assert.ok(hits > 0);
    });
  });
}

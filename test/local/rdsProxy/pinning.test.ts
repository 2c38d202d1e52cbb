import assert from "node:assert/strict";
import type { MysqlServer } from "../../../local/mysqlServer";
import { PinReason } from "../../../local/rdsProxy/sql/pinReasons";
import { closeAll, directly, sharedServer, startProxy, value } from "./support/harness";

describe("a session, by the rules that AWS documents,", () => {
  let server: MysqlServer;
  before(async () => {
    server = await sharedServer();
    const admin = await directly(server, { database: "test" });
    await admin.query("CREATE TABLE IF NOT EXISTS pins (id INT)");
    await admin.query("DROP PROCEDURE IF EXISTS hides");
    await admin.query("CREATE PROCEDURE hides() BEGIN SET @hidden = 1; CREATE TEMPORARY TABLE hidden (a INT); END");
    await admin.end();
  });
  afterEach(closeAll);

  const pinning: [string, string, string][] = [
    ["a statement longer than 16 KB", `SELECT '${"x".repeat(16384)}'`, PinReason.LONG_STATEMENT],
    ["a prepared statement in text", "PREPARE s FROM 'SELECT 1'", PinReason.PREPARED],
    ["LOCK TABLES", "LOCK TABLES pins READ", PinReason.LOCK_TABLES],
    ["LOCK TABLE", "lock table pins write", PinReason.LOCK_TABLES],
    ["FLUSH TABLES WITH READ LOCK", "FLUSH TABLES pins WITH READ LOCK", PinReason.LOCK_TABLES],
    ["GET_LOCK", "SELECT GET_LOCK('a', 0)", PinReason.GET_LOCK],
    ["a temporary table", "CREATE TEMPORARY TABLE temporary_pins (a INT)", PinReason.TEMPORARY_TABLE],
    ["a user variable", "SET @a = 1", PinReason.USER_VARIABLE],
    ["a user variable in SELECT", "SELECT @a := 1", PinReason.USER_VARIABLE],
    ["SELECT INTO a user variable", "SELECT 1 INTO @a", PinReason.USER_VARIABLE],
    ["a system variable that is not tracked", "SET SESSION sort_buffer_size = 100000", PinReason.SET],
    ["one tracked and one untracked variable", "SET sql_mode = '', sort_buffer_size = 100000", PinReason.SET],
    ["a SET hidden in an executable comment", "/*!40101 SET sort_buffer_size = 100000 */", PinReason.SET],
    ["SQL_CALC_FOUND_ROWS", "SELECT SQL_CALC_FOUND_ROWS 1", PinReason.ROW_FUNCTION],
  ];

  for (const [what, sql, reason] of pinning) {
    it(`is pinned for ${what} until it ends`, async () => {
      const { connect, proxy, events } = await startProxy(server);
      const client = await connect({ database: "test" });
      await client.query(sql);
      await client.query("SELECT 1");
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 1);
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 1);
      const logged = events.filter((event) => event.message.includes("pinned"));
      assert.deepEqual(
        logged.map((event) => event.reason),
        [reason],
      );
      await client.end();
      const next = await connect({ database: "test" });
      assert.equal(await value(next, "SELECT 1"), 1);
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 0);
    });
  }

  it("is pinned for a prepared statement of the binary protocol", async () => {
    const { connect, proxy } = await startProxy(server);
    const client = await connect({ database: "test" });
    await client.execute("SELECT 1");
    assert.equal(proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 1);
  });

  for (const sql of [
    `SELECT '${"x".repeat(16000)}'`,
    "USE test",
    "SET NAMES latin1",
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
    "SET CHARACTER SET utf8mb4",
    "SET autocommit = 1",
    "SET SESSION sql_mode = 'ANSI_QUOTES'",
    "SET @@session.sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')",
    "SET time_zone = '+02:00', wait_timeout = 1000",
    "SET LOCAL net_write_timeout = 30",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION auto_increment_increment = 1",
    "SET character_set_database = latin1",
    "SET @@session.collation_database = 'latin1_bin'",
    "SELECT 'SET @a = 1; GET_LOCK(1)' AS `@b`, \"LOCK TABLES\" /* SET @c = 1 */ -- PREPARE s",
    "SELECT @never_set",
    "CREATE TABLE IF NOT EXISTS pins (id INT)",
    "INSERT INTO pins (id) VALUES (1)",
    "CALL hides()",
    "SELECT ROW_COUNT()",
  ]) {
    it(`is not pinned for ${sql.slice(0, 60)}`, async () => {
      const { connect, proxy } = await startProxy(server);
      const client = await connect({ database: "test" });
      await client.query(sql);
      await client.query("SELECT 1");
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 0);
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 0);
    });
  }

  it("is not pinned for SET under EXCLUDE_VARIABLE_SETS, and no other session sees what it set", async () => {
    const config = { sessionPinningFilters: ["EXCLUDE_VARIABLE_SETS"], maxConnectionsPercent: 4 };
    const { connect, proxy } = await startProxy(server, { config });
    const [one, two] = [await connect({ database: "test" }), await connect({ database: "test" })];
    const before = await value(two, "SELECT @@sort_buffer_size");
    await one.query("SET @a = 1");
    await one.query("SET sort_buffer_size = 100000");
    assert.equal(proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 0);
    assert.equal(await value(two, "SELECT @a"), null);
    assert.equal(await value(two, "SELECT @@sort_buffer_size"), before);
    await one.query("SELECT GET_LOCK('a', 0)");
    assert.equal(proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 1);
  });

  it("hides from others what its stored procedure has left behind", async () => {
    const { connect } = await startProxy(server, { config: { maxConnectionsPercent: 4 } });
    const [one, two] = [await connect({ database: "test" }), await connect({ database: "test" })];
    await one.query("CALL hides()");
    assert.equal(await value(two, "SELECT @hidden"), null);
    await assert.rejects(two.query("SELECT * FROM hidden"), /hidden/);
  });
});

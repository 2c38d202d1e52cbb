import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Connection } from "mysql2/promise";
import type { MysqlServer } from "../../../local/mysqlServer";
import { packet } from "../../../local/rdsProxy/protocol/packets";
import { backend, closeAll, directly, serverKinds, startProxy, value } from "./support/harness";
import { RawClient } from "./support/rawClient";
import { until } from "./support/until";

const errno = (expected: number) => (error: { errno?: number }) => error.errno === expected;

for (const { name, start } of serverKinds) {
  describe(`multiplexing over ${name}`, () => {
    let server: MysqlServer;
    let admin: Connection;

    before(async function () {
      this.timeout(30000);
      server = await start();
      admin = await directly(server, { database: "test", multipleStatements: true });
      await admin.query(
        "CREATE TABLE IF NOT EXISTS items (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(100)) ENGINE=InnoDB",
      );
    });
    beforeEach(() => admin.query("TRUNCATE items"));
    afterEach(closeAll);
    after(() => admin.end());

    /** A proxy with one database connection to lend. */
    const withOne = async () => {
      const config = { maxConnectionsPercent: 4 };
      const test = await startProxy(server, { clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD", config });
      /** Shows that another session holds the connection, without the usual long wait. */
      const findsNone = async (client: Connection) => {
        test.configure({ ...config, connectionBorrowTimeout: 0.1 });
        await assert.rejects(client.query("SELECT 1"), errno(9501));
        test.configure(config);
      };
      return { ...test, findsNone };
    };

    it("lets many sessions share one database connection", async () => {
      const { connect, proxy } = await withOne();
      const clients = await Promise.all(Array.from({ length: 10 }, () => connect({ database: "test" })));
      const ids = await Promise.all(clients.map((client) => backend(client)));
      assert.equal(new Set(ids).size, 1);
      assert.equal(proxy.metrics().ClientConnections, 10);
      assert.equal(proxy.metrics().DatabaseConnections, 1);
    });

    for (const [how, begin, end] of [
      ["START TRANSACTION", "START TRANSACTION", "COMMIT"],
      ["BEGIN and ROLLBACK", "BEGIN", "ROLLBACK"],
      ["autocommit off", "SET autocommit = 0", "COMMIT"],
      ["a transaction ended by DDL", "BEGIN", "CREATE OR REPLACE VIEW one AS SELECT 1 AS a"],
      ["SET TRANSACTION for the next one", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "COMMIT"],
    ] as const) {
      it(`keeps a connection for ${how} exactly until the transaction ends`, async () => {
        const { connect, proxy, findsNone } = await withOne();
        const [one, two] = [await connect({ database: "test" }), await connect({ database: "test" })];
        await one.query(begin);
        if (how.startsWith("SET TRANSACTION")) await one.query("START TRANSACTION");
        await one.query("INSERT INTO items (v) VALUES ('a')");
        assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyInTransaction, 1);
        await findsNone(two);
        await one.query(end);
        assert.equal(await value(two, "SELECT 1"), 1);
        assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 0);
        assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyInTransaction, 0);
      });
    }

    it("carries a schema's collation with the session that set it, until the next USE, and with no other", async () => {
      const { connect, proxy } = await withOne();
      const [one, two, three] = [
        await connect({ database: "test" }),
        await connect({ database: "test" }),
        await connect({}),
      ];
      const collation = (client: Connection) => value(client, "SELECT @@collation_database");
      const [ofSchema, ofNone] = [await collation(two), await collation(three)];
      await one.query("SET collation_database = 'latin1_bin'");
      await three.query("SET collation_database = 'utf8mb4_bin'");
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 0);
      assert.deepEqual(
        [await collation(one), await collation(two), await collation(three), await collation(await connect({}))],
        ["latin1_bin", ofSchema, "utf8mb4_bin", ofNone],
      );
      await one.query("USE test");
      assert.deepEqual([await collation(one), await collation(three)], [ofSchema, "utf8mb4_bin"]);
      await three.query("USE test");
      assert.equal(await collation(three), ofSchema);
    });

    it("begins no transaction of its own when autocommit is off", async () => {
      const { connect, proxy, configure } = await withOne();
      const client = await connect({ database: "test" });
      const rows = () => value(client, "SELECT COUNT(*) FROM items");
      await client.query("SET autocommit = 0");
      await admin.query("INSERT INTO items (v) VALUES ('a')");
      assert.equal(await rows(), 1);
      await client.query("COMMIT");
      await client.query("SET time_zone = '+01:00'");
      await admin.query("INSERT INTO items (v) VALUES ('b')");
      assert.equal(await rows(), 2);
      await client.query("COMMIT");
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 0);
      configure({ maxConnectionsPercent: 6, initQuery: "SET autocommit = 0" });
      await client.query("BEGIN");
      const other = await connect({ database: "test" });
      await admin.query("INSERT INTO items (v) VALUES ('c')");
      assert.equal(await value(other, "SELECT COUNT(*) FROM items"), 3);
    });

    for (const how of ["TRANSACTION ISOLATION LEVEL SERIALIZABLE", "@@ISOLATION = 'SERIALIZABLE'"]) {
      it(`leaves SET ${how} to the next transaction of the session`, async () => {
        const { connect } = await withOne();
        const [one, two] = [await connect({ database: "test" }), await connect({ database: "test" })];
        const level = async () => {
          // InnoDB fills this table again only if nobody has read it for a tenth of a second. No event can tell.
          await delay(150);
          return value(
            admin,
            "SELECT trx_isolation_level FROM information_schema.innodb_trx WHERE trx_mysql_thread_id > 0",
          );
        };
        const variable = server.flavour === "mariadb" ? "tx_isolation" : "transaction_isolation";
        await one.query(`SET ${how.replace("ISOLATION =", `${variable} =`)}`);
        await one.query("SET time_zone = '+01:00'");
        await one.query("SELECT 1");
        await one.query("BEGIN");
        await one.query("INSERT INTO items (v) VALUES ('a')");
        assert.equal(await level(), "SERIALIZABLE");
        await one.query("COMMIT");
        await two.query("BEGIN");
        await two.query("INSERT INTO items (v) VALUES ('b')");
        assert.equal(await level(), "REPEATABLE READ");
        await two.query("COMMIT");
      });
    }

    it("keeps the connection after an error inside a transaction, and gives it back after one outside", async () => {
      const { connect, proxy } = await withOne();
      const client = await connect({ database: "test" });
      await assert.rejects(client.query("SELECT * FROM nowhere"), errno(1146));
      assert.equal(await value(client, "SELECT 1"), 1);
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 0);
      await client.query("BEGIN");
      await client.query("INSERT INTO items (id, v) VALUES (1, 'a')");
      await assert.rejects(client.query("INSERT INTO items (id, v) VALUES (1, 'b')"), errno(1062));
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 1);
      await client.query("COMMIT");
      assert.equal(await value(client, "SELECT COUNT(*) FROM items"), 1);
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 0);
    });

    it("rolls back what a client leaves open when it disconnects", async () => {
      const { connect } = await withOne();
      const [one, two] = [await connect({ database: "test" }), await connect({ database: "test" })];
      await one.query("BEGIN");
      await one.query("INSERT INTO items (v) VALUES ('a')");
      one.destroy();
      assert.equal(await value(two, "SELECT COUNT(*) FROM items"), 0);
    });

    it("takes no part of a long statement for a command when the transaction before it was lost", async () => {
      const { proxy } = await withOne();
      const client = await RawClient.connect(proxy.port);
      await client.command(0x02, "test");
      await client.command(0x03, "BEGIN");
      await admin.query(`KILL ${await client.text("SELECT CONNECTION_ID()")}`);
      await until(() => proxy.metrics().DatabaseConnectionsCurrentlyBorrowed === 0);
      // The end of the statement looks like a command. It arrives after the proxy's answer to the first part.
      const end = packet(0, Buffer.of(3), Buffer.from("INSERT INTO items (v) VALUES ('injected')"));
      const statement = packet(0, Buffer.of(3), Buffer.alloc(20000, "x"), end);
      const answer = once(client.socket, "data");
      client.socket.write(statement.subarray(0, -end.length));
      await answer;
      client.socket.write(end);
      await until(() => proxy.metrics().ClientConnections === 0);
      assert.equal(await value(admin, "SELECT COUNT(*) FROM items"), 0);
    });

    it("accepts several statements in one query only from clients that asked for it", async () => {
      const { connect, findsNone } = await withOne();
      const one = await connect({ database: "test", multipleStatements: true });
      const two = await connect({ database: "test" });
      for (let round = 0; round < 2; round++) {
        const [results] = await one.query("INSERT INTO items (v) VALUES ('a'); SELECT 7 AS seven; SELECT 8 AS eight");
        assert.deepEqual((results as unknown[]).slice(1), [[{ seven: 7 }], [{ eight: 8 }]]);
        await assert.rejects(two.query("SELECT 1; SELECT 2"), errno(1064));
      }
      const three = await connect();
      await one.query("SELECT 1; SELECT 2");
      await assert.rejects(three.query("SELECT 1; SELECT 2"), errno(1064));
      await assert.rejects(one.query("BEGIN; SELECT * FROM nowhere"), errno(1146));
      await findsNone(two);
      await one.query("ROLLBACK");
      await two.query("SELECT 1");
    });

    it("answers what a query asks about its own statements, although another session was served before", async () => {
      const { connect } = await withOne();
      const one = await connect({ database: "test", multipleStatements: true });
      const two = await connect({ database: "test" });
      await one.query("SELECT 1");
      await two.query("SELECT 1");
      const [results] = await one.query("INSERT INTO items (v) VALUES ('a'), ('b'); SELECT ROW_COUNT() AS n");
      assert.deepEqual((results as unknown[])[1], [{ n: 2 }]);
    });

    it("knows ROW_COUNT() of the last of several statements, although another session was served since", async () => {
      const { connect } = await withOne();
      const one = await connect({ database: "test", multipleStatements: true });
      const two = await connect({ database: "test" });
      for (const [statements, count] of [
        ["SELECT 1; INSERT INTO items (v) VALUES ('a'), ('b')", 2],
        ["SELECT 1; DO 3", 0],
        ["DO 3; SELECT 1", -1],
      ] as const) {
        await one.query(statements);
        await two.query("SELECT 1");
        assert.equal(await value(one, "SELECT ROW_COUNT()"), count, statements);
      }
    });

    it("shows the same warnings again, although another session was served since they were first shown", async () => {
      const { connect } = await withOne();
      const [one, two] = [await connect({ database: "test" }), await connect({ database: "test" })];
      await one.query("SELECT CAST('a' AS SIGNED)");
      const [first] = await one.query("SHOW WARNINGS");
      assert.equal((first as unknown[]).length, 1);
      await two.query("SELECT 1");
      assert.deepEqual((await one.query("SHOW WARNINGS"))[0], first);
    });

    it("relays stored procedures with several result sets", async () => {
      const { connect, proxy } = await withOne();
      const client = await connect({ database: "test" });
      await client.query("DROP PROCEDURE IF EXISTS several");
      await client.query(
        "CREATE PROCEDURE several() BEGIN SELECT 1 AS a; SELECT 2 AS b; INSERT INTO items (v) VALUES ('p'); END",
      );
      const [results] = await client.query("CALL several()");
      assert.deepEqual((results as unknown[]).slice(0, 2), [[{ a: 1 }], [{ b: 2 }]]);
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlyBorrowed, 0);
    });

    it("refuses LOAD DATA LOCAL INFILE", async () => {
      const { connect } = await withOne();
      const client = await connect({ database: "test", flags: ["LOCAL_FILES"], infileStreamFactory: undefined });
      const load = client.query("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE items (v)");
      await assert.rejects(load, (error: { errno?: number }) => [1148, 3948, 4166].includes(error.errno ?? 0));
      assert.equal(await value(client, "SELECT 1"), 1);
    });

    it("does not offer compression", async () => {
      const { connect } = await withOne();
      const client = await connect({ flags: ["COMPRESS"] });
      assert.equal(
        await value(
          client,
          "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME='Compression'",
        ).catch(() => "OFF"),
        "OFF",
      );
    });

    it("relays rows and statements of more than 16 MB", async function () {
      this.timeout(20000);
      const { connect } = await startProxy(server);
      const client = await connect({ database: "test" });
      const limit = Number(await value(client, "SELECT @@max_allowed_packet"));
      // A command that fills one packet, so an empty packet follows, and longer commands if the server accepts them.
      for (const length of [0xffffff, 0x1000000, 0x2000000].filter((bytes) => bytes < limit)) {
        const size = length - "SELECT LENGTH('') AS l".length - 1;
        assert.equal(await value(client, `SELECT LENGTH('${"x".repeat(size)}') AS l`), size);
      }
      assert.equal(await value(client, "SELECT REPEAT('y', 16777216)"), "y".repeat(16777216));
      assert.equal(await value(client, "SELECT 1"), 1);
    });

    it("relays prepared statements, long data and cursors", async () => {
      const { connect } = await withOne();
      const client = await connect({ database: "test" });
      await client.query("INSERT INTO items (v) VALUES ('a'), ('b'), ('c')");
      const [rows] = await client.execute("SELECT v FROM items WHERE id > ? ORDER BY id", [1]);
      assert.deepEqual(rows, [{ v: "b" }, { v: "c" }]);
    });

    it("answers or relays the commands that are not queries", async () => {
      const { proxy } = await withOne();
      const client = await RawClient.connect(proxy.port);
      assert.equal((await client.command(0x0e))[4], 0, "COM_PING");
      assert.equal((await client.command(0x02, "test"))[4], 0, "COM_INIT_DB");
      assert.equal(await client.text("SELECT DATABASE()"), "test");
      assert.equal((await client.command(0x02, "no_such_schema")).readUInt16LE(5), 1049);
      assert.equal(await client.text("SELECT DATABASE()"), "test");
      assert.match((await client.command(0x09)).toString("latin1", 4), /^Uptime: /, "COM_STATISTICS");
      assert.notEqual(
        (await client.reply(0x04, "items\0", (packets) => [0xfe, 0xff].includes(packets.at(-1)?.[0] ?? 0))).length,
        0,
        "COM_FIELD_LIST",
      );
      assert.equal((await client.command(0x1b, "\0\0"))[4], 0xfe, "COM_SET_OPTION");
      assert.equal((await client.command(0x1f))[4], 0, "COM_RESET_CONNECTION");
      assert.equal(await client.text("SELECT DATABASE()"), "test");
      assert.equal((await client.command(0x12)).readUInt16LE(5), 1047, "COM_BINLOG_DUMP");
      assert.equal((await client.command(0x7f)).readUInt16LE(5), 1047);
      assert.equal(await client.text("SELECT 5"), "5");
      client.close();
    });

    it("fetches from a cursor", async () => {
      await admin.query("INSERT INTO items (v) VALUES ('a'), ('b'), ('c')");
      const { proxy } = await withOne();
      const client = await RawClient.connect(proxy.port);
      await client.command(0x02, "test");
      const eofs = (count: number) => (packets: Buffer[]) =>
        packets[0]?.[0] === 0xff || packets.filter((p) => p[0] === 0xfe && p.length < 9).length === count;
      const prepared = await client.reply(0x16, "SELECT v FROM items ORDER BY id", eofs(1));
      const statement = prepared[0]?.subarray(1, 5) ?? Buffer.alloc(4);
      // Read-only cursor, one iteration.
      const opened = await client.reply(0x17, Buffer.concat([statement, Buffer.of(1, 1, 0, 0, 0)]), eofs(1));
      assert.equal((opened.at(-1)?.readUInt16LE(3) ?? 0) & 0x40, 0x40);
      const fetched = await client.reply(0x1c, Buffer.concat([statement, Buffer.of(2, 0, 0, 0)]), eofs(1));
      assert.equal(fetched.length, 3);
      const rest = await client.reply(0x1c, Buffer.concat([statement, Buffer.of(9, 0, 0, 0)]), eofs(1));
      assert.equal(rest.length, 2);
      client.close();
    });

    it("starts afresh after COM_RESET_CONNECTION and COM_CHANGE_USER", async () => {
      const { connect } = await withOne();
      const client = await connect({ database: "test" });
      await client.query("INSERT INTO items (v) VALUES ('a')");
      await client.query("SET sql_mode = 'ANSI_QUOTES', time_zone = '+05:00'");
      await (client as unknown as { reset(): Promise<void> }).reset();
      assert.notEqual(await value(client, "SELECT @@time_zone"), "+05:00");
      assert.equal(await value(client, "SELECT LAST_INSERT_ID()"), 0);
      await client.query("BEGIN");
      await client.query("INSERT INTO items (v) VALUES ('b')");
      await client.changeUser({ database: "test" });
      assert.equal(await value(client, "SELECT COUNT(*) FROM items"), 1);
    });
  });
}

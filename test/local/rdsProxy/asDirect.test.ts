import assert from "node:assert/strict";
import mariadb from "mariadb";
import type { Connection, FieldPacket, RowDataPacket } from "mysql2/promise";
import type { MysqlServer } from "../../../local/mysqlServer";
import { Capability, Command } from "../../../local/rdsProxy/protocol/constants";
import {
  backend,
  closeAll,
  directly,
  masterPassword,
  masterUser,
  serverKinds,
  startProxy,
  value,
} from "./support/harness";
import { clientCapabilities, RawClient } from "./support/rawClient";

const { DEPRECATE_EOF, PS_MULTI_RESULTS, SESSION_TRACK } = Capability;

/** Binds 5 to the first of two parameters, and NULL to the second. */
const executeWithFive = (id: number): Buffer => {
  const bytes = Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0b10, 1, 3, 0, 6, 0, 5, 0, 0, 0]);
  bytes.writeUInt32LE(id, 0);
  return bytes;
};

for (const { name, start } of serverKinds) {
  describe(`a client of the proxy over ${name} gets what it gets without the proxy:`, () => {
    let server: MysqlServer;
    let admin: Connection;

    before(async function () {
      this.timeout(30000);
      server = await start();
      admin = await directly(server, { database: "test", multipleStatements: true });
      await admin.query(`DROP PROCEDURE IF EXISTS out_parameter; DROP TABLE IF EXISTS texts;
        CREATE PROCEDURE out_parameter(IN a INT, OUT b INT) BEGIN SET b = a + 1; SELECT 'x' AS x; END;
        CREATE TABLE texts (id INT PRIMARY KEY, v VARCHAR(50), j JSON) CHARSET utf8mb4`);
    });
    afterEach(closeAll);
    after(() => admin.end());

    /** A proxy with one database connection to lend. */
    const proxied = () =>
      startProxy(server, { clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD", config: { maxConnectionsPercent: 4 } });

    it("the results of a prepared CALL with an OUT parameter, and of what follows", async () => {
      const { connect } = await proxied();
      const results: unknown[] = [];
      for (const connection of [admin, await connect({ database: "test" })]) {
        const [rows] = await connection.execute("CALL out_parameter(?, ?)", [5, null]);
        results.push([rows, await value(connection, "SELECT 7")]);
      }
      assert.deepEqual(results[1], results[0]);
    });

    it("the same with npm's mariadb", async () => {
      const { proxy } = await proxied();
      const results: unknown[] = [];
      for (const port of [server.port, proxy.port]) {
        const connection = await mariadb.createConnection({
          host: "127.0.0.1",
          port,
          user: masterUser,
          password: masterPassword,
          database: "test",
          allowPublicKeyRetrieval: true,
        });
        results.push([
          await connection.execute("CALL out_parameter(?, ?)", [5, null]),
          await connection.query("SELECT 7"),
        ]);
        await connection.end();
      }
      assert.deepEqual(results[1], results[0]);
    });

    for (const [asked, capabilities] of [
      ["no capability of these", 0],
      ["PS_MULTI_RESULTS", PS_MULTI_RESULTS],
      ["DEPRECATE_EOF", DEPRECATE_EOF],
      ["PS_MULTI_RESULTS and DEPRECATE_EOF", PS_MULTI_RESULTS | DEPRECATE_EOF],
    ] as const) {
      it(`every packet of a prepared CALL, if the client asks for ${asked}`, async () => {
        const { proxy } = await proxied();
        const replies: string[][] = [];
        for (const port of [server.port, proxy.port]) {
          const client = await RawClient.connect(port, undefined, {
            capabilities: clientCapabilities | capabilities,
            database: "test",
          });
          // OK, two parameters, and without DEPRECATE_EOF an EOF packet.
          const [ok] = await client.reply(Command.STMT_PREPARE, "CALL out_parameter(?, ?)", (all) => all.length >= 3);
          const packets = await client.reply(
            Command.STMT_EXECUTE,
            executeWithFive(ok?.readUInt32LE(1) ?? 0),
            (all) => all.at(-1)?.[0] === 0 && (all.at(-1)?.length ?? 0) === 7,
          );
          replies.push(packets.map((packet) => packet.toString("hex")));
          // The proxy has seen the end of the reply if it takes the next command.
          assert.equal(await client.text("SELECT 42"), "42");
          client.close();
        }
        assert.deepEqual(replies[1], replies[0]);
      });
    }

    it("text in the character set that the client has changed to", async () => {
      const { connect } = await proxied();
      const [cyrillic, other] = [await connect({ database: "test" }), await connect({ database: "test" })];
      await cyrillic.query("SET character_set_client = cp1251");
      await cyrillic.query("REPLACE INTO texts (id, v) VALUES (1, 'Привет')");
      await other.query("REPLACE INTO texts (id, v) VALUES (2, 'Привет')");
      await cyrillic.query("REPLACE INTO texts (id, v) VALUES (3, 'мир')");
      const [rows] = await admin.query("SELECT id, v FROM texts ORDER BY id");
      assert.deepEqual(rows, [
        { id: 1, v: "Привет" },
        { id: 2, v: "Привет" },
        { id: 3, v: "мир" },
      ]);
    });

    it("news of the session's own schema and variables, and never of another session's", async () => {
      const { proxy } = await proxied();
      const news: string[][] = [];
      const track = { capabilities: clientCapabilities | SESSION_TRACK };
      for (const port of [server.port, proxy.port]) {
        const client = await RawClient.connect(port, undefined, { ...track, database: "test" });
        const noise = await RawClient.connect(port, undefined, { ...track, collation: 33 });
        const received = [client.welcome];
        for (const sql of [
          "SET character_set_client = cp1251",
          "USE mysql",
          "DO 1",
          "SET NAMES latin1",
          "DO 2",
          "SET autocommit = 0",
          "SET autocommit = 1",
          "SET time_zone = '+01:00'",
          "USE test",
          "DO 3",
        ]) {
          await noise.command(Command.QUERY, "USE test");
          await noise.command(Command.QUERY, "SET character_set_client = gbk");
          received.push(await client.command(Command.QUERY, sql));
          received.push(await client.command(Command.INIT_DB, "test"));
        }
        received.push(await client.command(Command.RESET_CONNECTION));
        received.push(await client.command(Command.QUERY, "DO 4"));
        news.push(received.map((packet) => packet.toString("latin1")));
        client.close();
        noise.close();
      }
      assert.deepEqual(news[1], news[0]);
    });

    it("the collation that it has asked for in the definitions of columns, whoever used the connection before", async () => {
      const { connect } = await proxied();
      const clients = [
        await connect({ charset: "UTF8MB4_UNICODE_CI" }),
        await connect({ charset: "UTF8MB4_GENERAL_CI" }),
        await connect({ charset: "LATIN1_SWEDISH_CI" }),
        await connect({ charset: "UTF8MB4_BIN" }),
      ];
      const straight = [
        await directly(server, { charset: "UTF8MB4_UNICODE_CI" }),
        await directly(server, { charset: "UTF8MB4_GENERAL_CI" }),
        await directly(server, { charset: "LATIN1_SWEDISH_CI" }),
        await directly(server, { charset: "UTF8MB4_BIN" }),
      ];
      const collation = async (client: Connection): Promise<number | undefined> => {
        const [, fields] = await client.query<RowDataPacket[]>("SELECT 'a' AS a");
        return (fields[0] as FieldPacket & { characterSet: number }).characterSet;
      };
      const compare = async (): Promise<void> => {
        for (let index = 0; index < clients.length; index++) {
          const [through, direct] = [clients[index], straight[index]];
          assert.ok(through && direct);
          assert.equal(await collation(through), await collation(direct));
        }
      };
      await compare();
      await compare();
      for (const sql of [
        "SET NAMES utf8mb4 COLLATE utf8mb4_spanish_ci",
        "SET character_set_results = latin1",
        "SET character_set_results = utf8mb4",
        "SET NAMES utf8mb4",
        "SET character_set_results = NULL",
      ]) {
        for (const client of [clients[1], straight[1]]) await client?.query(sql);
        await compare();
      }
      const ids = await Promise.all(clients.map(backend));
      assert.equal(new Set(ids).size, 1);
      for (const connection of straight) await connection.end();
    });

    it("an object from a JSON column", async () => {
      const { connect } = await proxied();
      await admin.query(`REPLACE INTO texts (id, j) VALUES (9, '{"a": [1, "é"]}')`);
      const [rows] = await (await connect({ database: "test" })).query("SELECT j FROM texts WHERE id = 9");
      assert.deepEqual(rows, [{ j: { a: [1, "é"] } }]);
    });

    it("the attributes of its queries, if the server knows any", async () => {
      const { connect } = await proxied();
      const client = await connect({ database: "test" });
      const attributes = { a: "x".repeat(300), n: 5, nothing: null, day: new Date(0) };
      if (server.flavour === "mariadb") {
        const [rows] = await client.query({ sql: "SELECT 1 AS one", attributes } as never);
        assert.deepEqual(rows, [{ one: 1 }]);
        return;
      }
      await admin.query("INSTALL COMPONENT 'file://component_query_attributes'").catch((error: unknown) => {
        // Another test file has installed it.
        assert.equal((error as { errno: number }).errno, 3529);
      });
      const read = "SELECT LENGTH(mysql_query_attribute_string('a')) AS a, mysql_query_attribute_string('n') AS n";
      const [rows] = await client.query({ sql: read, attributes } as never);
      assert.deepEqual(rows, [{ a: 300, n: "5" }]);
      const [prepared] = await client.execute({ sql: read, attributes } as never);
      assert.deepEqual(prepared, [{ a: 300, n: "5" }]);
    });

    it("ROW_COUNT(), SET and USE are recognised behind attributes", async () => {
      const { connect, proxy } = await proxied();
      const [client, other] = [await connect(), await connect()];
      const attributes = { trace: "SET @a = 1" };
      await client.query({ sql: "USE test", attributes } as never);
      await other.query("SELECT 1");
      assert.equal(await value(client, "SELECT DATABASE()"), "test");
      await client.query({ sql: "REPLACE INTO texts (id, v) VALUES (20, 'a'), (21, 'b')", attributes } as never);
      await other.query("SELECT 1");
      const [rows] = await client.query({ sql: "SELECT ROW_COUNT() AS n", attributes } as never);
      assert.equal(Number((rows as { n: number }[])[0]?.n), 2);
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 0);
      await client.query({ sql: "SET @a = 1", attributes } as never);
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 1);
    });

    it("MariaDB's bulk protocol, if the server has it", async () => {
      const { proxy } = await proxied();
      const client = await RawClient.connect(proxy.port);
      const bulk = 4;
      assert.equal((client.offered.extended & bulk) !== 0, server.flavour === "mariadb");
      client.close();
      const results: unknown[] = [];
      for (const port of [server.port, proxy.port]) {
        const connection = await mariadb.createConnection({
          host: "127.0.0.1",
          port,
          user: masterUser,
          password: masterPassword,
          database: "test",
          bulk: true,
          allowPublicKeyRetrieval: true,
        });
        await connection.query("DELETE FROM texts");
        const before = await value(admin, "SELECT COUNT(*) FROM texts");
        const result: unknown = await connection.batch("INSERT INTO texts (id, v) VALUES (?, ?)", [
          [1, "a"],
          [2, null],
          [3, "é"],
        ]);
        results.push([before, result, await connection.query("SELECT id, v FROM texts ORDER BY id")]);
        await connection.end();
      }
      assert.deepEqual(results[1], results[0]);
    });

    it("0 as ROW_COUNT() after a ping, and FOUND_ROWS() as before", async () => {
      const { connect } = await proxied();
      for (const client of [admin, await connect({ database: "test" })]) {
        await client.query("SELECT 1 UNION SELECT 2");
        await client.ping();
        assert.equal(await value(client, "SELECT ROW_COUNT()"), 0);
        await client.query("SELECT 1 UNION SELECT 2");
        await client.ping();
        assert.equal(await value(client, "SELECT FOUND_ROWS()"), 2);
      }
    });

    it("a clear refusal of LOAD DATA LOCAL, and the session goes on without a pin", async () => {
      const { connect, proxy } = await proxied();
      const client = await connect({ database: "test" });
      const load = client.query({
        sql: "LOAD DATA LOCAL INFILE 'nothing' INTO TABLE texts",
        infileStreamFactory: () => assert.fail("the client was asked for the file"),
      } as never);
      await assert.rejects(load, (error: Error) => /local/i.test(error.message));
      assert.equal(await value(client, "SELECT 7"), 7);
      assert.equal(proxy.metrics().DatabaseConnectionsCurrentlySessionPinned, 0);
    });
  });
}

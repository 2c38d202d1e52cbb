import assert from "node:assert/strict";
import { promisify } from "node:util";
import mysql from "mysql";
import type { Connection } from "mysql2/promise";
import type { MysqlServer } from "../../../local/mysqlServer";
import { Capability, Command, headerBytes } from "../../../local/rdsProxy/protocol/constants";
import { packet } from "../../../local/rdsProxy/protocol/packets";
import { closeAll, directly, masterPassword, masterUser, sharedServer, startProxy } from "./support/harness";
import { clientCapabilities, RawClient } from "./support/rawClient";

/** Column types of MySQL's protocol. */
const [longText, json, varchar] = [252, 245, 253];

/** The column type in a definition, whose last 13 bytes have a fixed form. */
const typeOf = (definition: Buffer): number | undefined => definition.at(-6);

describe("a MariaDB server that stands for MySQL", () => {
  let server: MysqlServer;
  let admin: Connection;
  before(async function () {
    server = await sharedServer();
    if (server.flavour !== "mariadb") this.skip();
    admin = await directly(server, { database: "test", multipleStatements: true });
    await admin.query(`DROP TABLE IF EXISTS documents;
      CREATE TABLE documents (id INT PRIMARY KEY, v VARCHAR(40), j JSON, t LONGTEXT) CHARSET utf8mb4;
      INSERT INTO documents SELECT seq, seq, CONCAT('{"n": ', seq, '}'), '{}' FROM seq_1_to_3000`);
  });
  afterEach(closeAll);
  after(() => admin.end());

  const proxied = (engine?: "mysql" | "mariadb") =>
    startProxy(server, { clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD", ...(engine && { engine }) });

  /** The types of the columns v, j and t, in a text result and in a prepared statement. */
  const types = async (port: number, capabilities: number): Promise<unknown[]> => {
    const client = await RawClient.connect(port, undefined, {
      capabilities: clientCapabilities | capabilities,
      database: "test",
    });
    const select = "SELECT v, j, t FROM documents WHERE id = 7";
    const rows = await client.reply(Command.QUERY, select, (all) => all.at(-1)?.[0] === 0xfe && all.length > 5);
    const prepared = await client.reply(Command.STMT_PREPARE, select, (all) => all.length >= 4);
    assert.equal(await client.text("SELECT 42"), "42");
    client.close();
    return [rows.slice(1, 4).map(typeOf), prepared.slice(1, 4).map(typeOf)];
  };

  for (const [form, capabilities] of [
    ["EOF packets", 0],
    ["DEPRECATE_EOF", Capability.DEPRECATE_EOF],
  ] as const) {
    it(`reports JSON columns as JSON to a client that speaks plain MySQL with ${form}`, async () => {
      const { proxy } = await proxied("mysql");
      const expected = [varchar, json, longText];
      assert.deepEqual(await types(proxy.port, capabilities), [expected, expected]);
    });
  }

  it("reports them as text where the program asks for MariaDB, as MariaDB does", async () => {
    const { proxy } = await proxied("mariadb");
    const expected = [varchar, longText, longText];
    assert.deepEqual(await types(proxy.port, 0), [expected, expected]);
  });

  it("gives mysql2 an object either way", async () => {
    for (const engine of ["mysql", "mariadb"] as const) {
      const { connect } = await proxied(engine);
      const [rows] = await (await connect({ database: "test" })).query("SELECT j, t FROM documents WHERE id = 7");
      assert.deepEqual(rows, [{ j: { n: 7 }, t: "{}" }]);
    }
  });

  it("relays long results, several results, definitions of fields and errors to plain clients as they are", async () => {
    const { proxy } = await proxied("mysql");
    const results: unknown[] = [];
    for (const port of [server.port, proxy.port]) {
      const connection = mysql.createConnection({
        host: "127.0.0.1",
        port,
        user: masterUser,
        password: masterPassword,
        database: "test",
        multipleStatements: true,
      });
      const query = promisify<string, unknown>(connection.query.bind(connection));
      results.push(
        await query("SELECT id, v, j, t FROM documents ORDER BY id; SELECT 1 AS a; DO 1; SELECT REPEAT('x', 300000)"),
      );
      results.push(
        await query("SELECT 1; SELECT nothing").catch((error: unknown) => (error as { errno: number }).errno),
      );
      results.push(await query("SELECT 3"));
      connection.destroy();
    }
    assert.deepEqual(results.slice(3), results.slice(0, 3));
  });

  it("strips MariaDB's metadata from the definitions of COM_FIELD_LIST", async () => {
    const { proxy } = await proxied("mysql");
    const lists: string[][] = [];
    for (const port of [server.port, proxy.port]) {
      const client = await RawClient.connect(port, undefined, { database: "test" });
      const list = await client.reply(Command.FIELD_LIST, "documents\0v", (all) => all.at(-1)?.[0] === 0xfe);
      lists.push(list.map((payload) => packet(0, payload).toString("hex", headerBytes)));
      client.close();
    }
    assert.deepEqual(lists[1], lists[0]);
  });
});

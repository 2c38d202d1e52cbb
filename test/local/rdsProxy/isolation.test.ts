import assert from "node:assert/strict";
import type { Connection } from "mysql2/promise";
import { closeAll, directly, serverKinds, startProxy, value } from "./support/harness";
import { type Random, random } from "./support/random";

/** What one session must see on any connection. */
interface Model {
  schema: string;
  schemaCollation: string;
  timeZone: string;
  sqlMode: string;
  charset: string;
  isolation: string;
  autocommit: number;
  insertId: number;
  variable: number | null;
  temporary: number | null;
  rowCount: number | null;
}

const schemas = ["test", "isolation_a", "isolation_b"];
const stepsPerSession = 40;
const sessionCount = 16;
const firstSeed = 20261124;

for (const { name, start } of serverKinds) {
  describe(`isolation of sessions over ${name}`, () => {
    afterEach(closeAll);

    it(`holds for ${sessionCount} interleaved sessions on few connections, against a model (seed ${firstSeed})`, async function () {
      this.timeout(60000);
      const server = await start();
      const admin = await directly(server, { database: "test" });
      for (const schema of schemas) {
        const collate = schema === "isolation_b" ? "COLLATE utf8mb4_bin" : "";
        await admin.query(`CREATE DATABASE IF NOT EXISTS ${schema} ${collate}`);
        await admin.query(`CREATE TABLE IF NOT EXISTS ${schema}.numbers (id INT AUTO_INCREMENT PRIMARY KEY, who INT)`);
      }
      const isolationVariable = server.flavour === "mariadb" ? "tx_isolation" : "transaction_isolation";
      // 20 % of 60 connections, less the monitor's, are 11 for 16 sessions. Some of these get pinned.
      const { connect, proxy } = await startProxy(server, {
        config: { maxConnectionsPercent: 20, connectionBorrowTimeout: 30 },
      });
      const sessions = Array.from({ length: sessionCount }, async (_, index) => {
        const session = await connect({ database: "test" });
        const model: Model = {
          schema: "test",
          schemaCollation: String(await value(session, "SELECT @@collation_database")),
          timeZone: "+00:00",
          sqlMode: String(await value(session, "SELECT @@sql_mode")),
          charset: "utf8mb4",
          isolation: "REPEATABLE-READ",
          autocommit: 1,
          insertId: 0,
          variable: null,
          temporary: null,
          rowCount: null,
        };
        const dice = random(firstSeed + index);
        // Every fourth session may get pinned. The others share what is left.
        const mayPin = index % 4 === 0;
        for (let step = 0; step < stepsPerSession; step++) {
          await act(session, model, dice, index, mayPin, isolationVariable);
          if (dice.below(8) === 0) {
            model.rowCount = null;
            model.schemaCollation = dice.pick(["latin1_bin", "utf8mb4_bin", "utf8mb4_general_ci"]);
            await session.query(`SET collation_database = '${model.schemaCollation}'`);
          }
          await check(session, model, dice, `session ${index}, step ${step}`, isolationVariable);
        }
        await session.end();
      });
      await Promise.all(sessions);
      assert.ok((proxy.metrics().DatabaseConnections ?? 0) <= 11);
      for (const schema of schemas.slice(1)) await admin.query(`DROP DATABASE ${schema}`);
      await admin.query("DROP TABLE test.numbers");
      await admin.end();
    });
  });
}

async function act(
  session: Connection,
  model: Model,
  dice: Random,
  who: number,
  mayPin: boolean,
  isolation: string,
): Promise<void> {
  model.rowCount = null;
  switch (dice.below(mayPin ? 13 : 11)) {
    case 0:
      model.schema = dice.pick(schemas);
      await session.query(`USE ${model.schema}`);
      model.schemaCollation = String(
        await value(
          session,
          "SELECT default_collation_name AS c FROM information_schema.schemata WHERE schema_name = DATABASE()",
        ),
      );
      // With autocommit off, that query has opened a transaction.
      if (model.autocommit === 0) await session.query("COMMIT");
      break;
    case 1:
      model.timeZone = dice.pick(["+00:00", "+09:00", "-03:30"]);
      await session.query(`SET time_zone = '${model.timeZone}'`);
      break;
    case 2:
      model.sqlMode = dice.pick(["ANSI_QUOTES", "STRICT_TRANS_TABLES", "NO_BACKSLASH_ESCAPES", ""]);
      await session.query(`SET SESSION sql_mode = '${model.sqlMode}'`);
      break;
    case 3:
      model.charset = dice.pick(["utf8mb4", "latin1"]);
      await session.query(`SET NAMES ${model.charset}`);
      break;
    case 4:
      model.isolation = dice.pick(["REPEATABLE-READ", "READ-COMMITTED"]);
      await session.query(`SET SESSION ${isolation} = '${model.isolation}'`);
      break;
    case 5:
      model.autocommit = dice.below(2);
      await session.query(`SET autocommit = ${model.autocommit}`);
      break;
    case 6:
    case 7: {
      const rows = 1 + dice.below(3);
      const list = Array.from({ length: rows }, () => `(${who})`).join(",");
      const [result] = await session.query(`INSERT INTO numbers (who) VALUES ${list}`);
      model.insertId = (result as { insertId: number }).insertId;
      model.rowCount = rows;
      if (model.autocommit === 0) {
        await session.query(dice.below(2) ? "COMMIT" : "ROLLBACK");
        model.rowCount = null;
      }
      break;
    }
    case 8: {
      // The reply names the id that was given, but LAST_INSERT_ID() keeps the one before.
      await session.query(`REPLACE INTO numbers (id, who) VALUES (${1_000_000 + who}, ${who})`);
      await session.query("COMMIT");
      break;
    }
    case 9:
      model.insertId = 1 + dice.below(1000);
      await session.query(`SELECT LAST_INSERT_ID(${model.insertId})`);
      await session.query("COMMIT");
      break;
    case 10:
      await session.query("BEGIN");
      await session.query(`INSERT INTO numbers (who) VALUES (${who})`);
      model.insertId = Number(await value(session, "SELECT LAST_INSERT_ID()"));
      await session.query(dice.below(2) ? "COMMIT" : "ROLLBACK");
      break;
    case 11:
      model.variable = dice.below(1000);
      await session.query(`SET @mine = ${model.variable}`);
      break;
    case 12:
      model.temporary = dice.below(1000);
      await session.query("DROP TEMPORARY TABLE IF EXISTS test.mine");
      await session.query(`CREATE TEMPORARY TABLE test.mine SELECT ${model.temporary} AS a`);
      break;
  }
}

async function check(session: Connection, model: Model, dice: Random, where: string, isolation: string): Promise<void> {
  if (model.rowCount !== null && dice.below(2) === 0) {
    assert.equal(await value(session, "SELECT ROW_COUNT()"), model.rowCount, `ROW_COUNT of ${where}`);
  }
  const seen = await session.query({
    sql: `SELECT DATABASE(), @@collation_database, @@time_zone, @@sql_mode, @@character_set_client, @@${isolation}, @@autocommit, LAST_INSERT_ID(), @mine`,
    rowsAsArray: true,
  });
  const expected = [
    model.schema,
    model.schemaCollation,
    model.timeZone,
    model.sqlMode,
    model.charset,
    model.isolation,
    model.autocommit,
    model.insertId,
  ];
  const [row] = seen[0] as unknown[][];
  assert.deepEqual(row, [...expected, model.variable], where);
  const table = session.query({ sql: "SELECT a FROM test.mine", rowsAsArray: true });
  if (model.temporary === null) await assert.rejects(table, /mine/, `another's temporary table in ${where}`);
  else assert.deepEqual((await table)[0], [[model.temporary]], where);
  // With autocommit off, reading a table opens a transaction.
  if (model.autocommit === 0) await session.query("COMMIT");
}

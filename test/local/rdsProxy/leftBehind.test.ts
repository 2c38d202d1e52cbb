import assert from "node:assert/strict";
import type { Connection, ConnectionOptions } from "mysql2/promise";
import type { MysqlServer } from "../../../local/mysqlServer";
import { closeAll, directly, serverKinds, startProxy, value } from "./support/harness";

/** Statements may leave something on a database connection although their replies do not say so. */
for (const { name, start } of serverKinds) {
  describe(`a session that gets another session's connection to ${name}`, () => {
    let server: MysqlServer;
    let admin: Connection;

    before(async function () {
      this.timeout(30000);
      server = await start();
      admin = await directly(server, { database: "test", multipleStatements: true });
      await admin.query(
        "CREATE TABLE IF NOT EXISTS left_behind (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(100) UNIQUE) ENGINE=InnoDB",
      );
    });
    beforeEach(() => admin.query("TRUNCATE left_behind"));
    afterEach(closeAll);
    after(async () => {
      await admin.query("DROP TABLE left_behind");
      await admin.end();
    });

    /** Makes two sessions that share one database connection. */
    const pair = async (options: ConnectionOptions = {}) => {
      const test = await startProxy(server, { config: { maxConnectionsPercent: 4 } });
      const [one, two] = [
        await test.connect({ database: "test", ...options }),
        await test.connect({ database: "test" }),
      ];
      return { ...test, one, two };
    };

    for (const [what, call] of [
      ["called by CREATE TABLE ... SELECT", "CREATE TABLE test.called SELECT left_by() AS a"],
      ["with the name of a built-in one", "SELECT test.pi() AS a"],
      ...(name === "MySQL" ? [["with the name of one that only MariaDB has", "SELECT nvl(1, 2) AS a"]] : []),
    ] as const) {
      it(`does not see a user variable of a stored function ${what}`, async () => {
        const body = "RETURNS INT DETERMINISTIC BEGIN SET @hidden = 1; RETURN 1; END";
        const functions = ["left_by()", "pi()", ...(name === "MySQL" ? ["nvl(a INT, b INT)"] : [])];
        for (const head of functions) await admin.query(`CREATE FUNCTION test.${head} ${body}`);
        const { one, two } = await pair();
        await one.query(call).finally(async () => {
          for (const head of functions) await admin.query(`DROP FUNCTION test.${head.replace(/\(.*/, "")}`);
          await admin.query("DROP TABLE IF EXISTS called");
        });
        assert.equal(await value(two, "SELECT @hidden"), null);
      });
    }

    for (const statements of [["DO 1", "SET time_zone = DEFAULT"], ["SELECT 1", "USE test"], ["SELECT 1; DO 1"]]) {
      it(`does not see the other session's error after ${statements.join(" and ")}`, async () => {
        const { one, two } = await pair({ multipleStatements: true });
        await assert.rejects(one.query("SELECT 'secret of one' FROM missing_of_one"));
        const client = statements[0]?.includes(";") ? one : two;
        if (client === one) await assert.rejects(two.query("SELECT 'secret of two' FROM missing_of_two"));
        for (const statement of statements) await client.query(statement);
        const [warnings] = await client.query("SHOW WARNINGS");
        assert.deepEqual(warnings, []);
      });
    }

    for (const [what, insert] of [
      ["an INSERT that failed at its second row", "INSERT INTO left_behind (v) VALUES ('a'), ('a')"],
      ...(name === "MySQL" ? [] : [["INSERT ... RETURNING", "INSERT INTO left_behind (v) VALUES ('a') RETURNING v"]]),
    ] as [string, string][]) {
      it(`does not see the LAST_INSERT_ID() of ${what}, which the other session keeps`, async () => {
        const { one, two } = await pair();
        await one.query(insert).catch((error: unknown) => {
          assert.equal((error as { errno?: number }).errno, 1062);
        });
        assert.equal(await value(two, "SELECT LAST_INSERT_ID()"), 0);
        assert.equal(await value(one, "SELECT LAST_INSERT_ID()"), 1);
      });
    }

    it("does not notice that the connection ended after ROLLBACK RELEASE", async () => {
      const { one, two } = await pair();
      await one.query("BEGIN");
      const waiting = value(two, "SELECT 2");
      await one.query("ROLLBACK RELEASE");
      assert.equal(await waiting, 2);
    });

    it("does not see a user variable that was set behind a change of how strings are read", async () => {
      const { one, two } = await pair({ multipleStatements: true });
      await one.query("SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT '\\'; SET @a = 1; -- '");
      await one.end();
      assert.equal(await value(two, "SELECT @a"), null);
    });
  });
}

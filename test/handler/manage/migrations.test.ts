import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverKinds, value } from "../../local/rdsProxy/support/harness";
import { likeInLambda } from "../support/client";
import { Managed, userWith } from "./support/managed";

for (const { name, start } of serverKinds) {
  describe(`migrations on ${name}`, () => {
    likeInLambda();
    let managed: Managed;
    let folder: string;
    let files: Record<string, string>;
    const written = new Map<string, string>();
    before(async () => {
      managed = await Managed.on(start);
      folder = mkdtempSync(join(tmpdir(), "migrations-"));
      mkdirSync(join(folder, "migrations"));
      Object.assign(process.env, { LAMBDA_TASK_ROOT: folder, DB_NAME: "migrated" });
    });
    beforeEach(async () => {
      files = {};
      await managed.admin.query("drop database if exists migrated; drop database if exists lambda_rds_proxy");
    });
    afterEach(() => managed.end());
    after(async () => {
      await managed.admin.query("drop database if exists migrated; drop database if exists lambda_rds_proxy");
      rmSync(folder, { recursive: true });
      await managed.close();
    });

    /** Deploys with the files as they are now. */
    async function migrate(more: Parameters<Managed["manage"]>[1] = {}, users = {}): Promise<string[]> {
      for (const [file, sql] of Object.entries(files)) {
        if (written.get(file) !== sql) writeFileSync(join(folder, "migrations", file), sql);
        written.set(file, sql);
      }
      const sums = Object.entries(files).map(([file, sql]) => [file, createHash("sha256").update(sql).digest("hex")]);
      const { migrated } = await managed.manage(users, {
        migrations: Object.fromEntries(sums) as Record<string, string>,
        ...more,
      });
      return migrated;
    }
    const one = (sql: string): Promise<unknown> => value(managed.admin, sql);

    it("make the database, run once each and in their order, and a new one later", async () => {
      files = {
        "1-table.sql": "create table t (id int);\ninsert into t values (1);",
        "2-row.sql": "insert into t values (2)",
      };
      assert.deepEqual(await migrate(), ["1-table.sql", "2-row.sql"]);
      assert.deepEqual(await migrate(), []);
      files["3-row.sql"] = "insert into t values (3);";
      assert.deepEqual(await migrate(), ["3-row.sql"]);
      assert.equal(await one("select group_concat(id order by id) from migrated.t"), "1,2,3");
    });

    it("come before the users, who may be granted what they make", async () => {
      files = { "1.sql": "create table t (id int)" };
      await migrate({}, { "u-1": userWith("u-1", [{ privileges: ["SELECT"], on: { table: "t" } }]) });
      assert.equal(await managed.tryAs("u-1", "select * from migrated.t"), "done");
    });

    it("may have procedures, delimiters, locks, variables, and transactions of their own", async () => {
      files = {
        "1.sql": `
          set @start = 40, sql_mode = 'ANSI_QUOTES';
          create table "t" (id int);
          lock tables t write;
          insert into t values (@start);
          unlock tables;
DELIMITER //
create procedure add_some(n int)
begin
  declare i int default 0;
  while i < n do insert into t values (i); set i = i + 1; end while;
end//
DELIMITER ;
          call add_some(3);
          start transaction;
          insert into t values (100);
          insert into t values (101);
          commit;`,
        // The mode of the file before is over: this is a text.
        "2.sql": "insert into t select 7 where \"t\" = 't' and @start is null",
      };
      assert.deepEqual(await migrate(), ["1.sql", "2.sql"]);
      assert.equal(await one("select group_concat(id order by id) from migrated.t"), "0,1,2,7,40,100,101");
    });

    it("that fail name the file, the line, the statement and the server's message, and go on from there once repaired", async () => {
      files = {
        "1.sql":
          "set @x = 5;\ncreate table t (id int);\ninsert into t values (1);\ninsert into nowhere values (2);\ninsert into t values (@x)",
      };
      await assert.rejects(migrate(), (error: Error) => {
        assert.match(
          error.message,
          /^The migration 1\.sql failed at statement 4 of 5, in line 4: Table 'migrated\.nowhere' doesn't exist/,
        );
        assert.match(error.message, /The statement: insert into nowhere values \(2\)$/);
        return true;
      });
      // Nothing has changed, so it fails again at the same statement, and nothing is applied twice.
      await assert.rejects(migrate(), /statement 4 of 5/);
      files["1.sql"] = files["1.sql"]?.replace("nowhere", "t") ?? "";
      assert.deepEqual(await migrate(), ["1.sql"]);
      assert.equal(await one("select group_concat(id order by id) from migrated.t"), "1,2,5");
    });

    it("that fail inside of a transaction begin that transaction anew", async () => {
      files = {
        "1.sql":
          "create table t (id int);\nstart transaction;\ninsert into t values (1);\ninsert into nowhere values (2);\ncommit",
      };
      await assert.rejects(migrate(), /statement 4 of 5/);
      assert.equal(await one("select count(*) from migrated.t"), 0);
      files["1.sql"] = files["1.sql"]?.replace("nowhere", "t") ?? "";
      await migrate();
      assert.equal(await one("select group_concat(id order by id) from migrated.t"), "1,2");
    });

    it("that end inside of a transaction are refused", async () => {
      files = { "1.sql": "create table t (id int);\nstart transaction;\ninsert into t values (1)" };
      await assert.rejects(
        migrate(),
        /^MigrationError: The migration 1\.sql ends inside of a transaction: end the file with COMMIT\.$/,
      );
    });

    it("are refused when a file that was applied has changed, or a new one comes before it", async () => {
      files = { "2.sql": "create table t (id int)" };
      await migrate();
      files = { "2.sql": "create table t (id bigint)" };
      await assert.rejects(
        migrate(),
        /^MigrationError: The migration 2\.sql was applied already, and its file has changed since: /,
      );
      files = { "1.sql": "create table s (id int)", "2.sql": "create table t (id int)" };
      await assert.rejects(
        migrate(),
        /^MigrationError: The migration 1\.sql is not applied yet, but 2\.sql after it is: /,
      );
    });

    it("are refused when the part of a file that was applied has changed", async () => {
      files = { "1.sql": "create table t (id int);\nselect * from nowhere" };
      await assert.rejects(migrate(), /statement 2 of 2/);
      files = { "1.sql": "create table t (id bigint);\nselect 1" };
      await assert.rejects(
        migrate(),
        /^MigrationError: The first 1 statements of the migration 1\.sql were applied already, and have changed/,
      );
    });

    it("that would take longer than the invocation has are refused before anything is begun, with the ways out", async () => {
      files = {
        "1.sql": "create table `big one` (id int, filling varchar(10000)) character set latin1",
        "2.sql": `insert into \`big one\` values ${Array.from({ length: 1_200 }, () => "(1, repeat('x', 10000))").join(",")};
          analyze table \`big one\``,
      };
      await migrate();
      files["3.sql"] = "create table small (id int)";
      files["4.sql"] = "insert into small values (1);\n-- It needs an index.\nalter table `big one` add index (id)";
      // So that more than 10 MB are too much.
      const milliseconds = 11_000;
      await assert.rejects(migrate({ milliseconds }), (error: Error) => {
        assert.match(
          error.message,
          /^The migration 4\.sql has in line 3 a statement that goes over all of migrated\.big one, which has \d\d\.\d MB in about 1,\d{3} rows\. That may take \d seconds, and the invocation has 1 seconds\. Nothing was begun\. If .* ALGORITHM=INSTANT\. If /,
        );
        return true;
      });
      assert.equal(await one("select count(*) from information_schema.tables where table_name = 'small'"), 0);
      files["4.sql"] =
        "insert into small values (1);\n-- lambda-rds-proxy: run anyway\nalter table `big one` add index (id)";
      files["5.sql"] = "alter table `big one` add column further int, algorithm = instant";
      assert.deepEqual(await migrate({ milliseconds: 13_000 }), ["3.sql", "4.sql", "5.sql"]);
    });

    it("run once when two deployments come at the same time", async () => {
      files = { "1.sql": "create table t (id int)", "2.sql": "select sleep(0.2)", "3.sql": "insert into t values (1)" };
      const both = await Promise.all([migrate({ manager: "one" }), migrate({ manager: "two" })]);
      assert.deepEqual(both.map(({ length }) => length).sort(), [0, 3]);
      assert.equal(await one("select count(*) from migrated.t"), 1);
    });

    it("may be a thousand files", async function () {
      this.timeout(60_000);
      const numbers = Array.from({ length: 999 }, (_, index) => index + 2);
      files = {
        "1.sql": "create table t (id int)",
        ...Object.fromEntries(numbers.map((number) => [`${number}.sql`, `insert into t values (${number})`])),
      };
      assert.equal((await migrate()).length, 1_000);
      assert.deepEqual(await migrate(), []);
      assert.equal(await one("select count(*) from migrated.t"), 999);
    });

    it("may be a file of several megabytes with hundreds of statements", async () => {
      const insert = `insert into t values ('${"x;".repeat(5_000)}');\n`;
      files = { "1.sql": `create table t (text mediumtext);\n${insert.repeat(500)}` };
      await migrate();
      assert.equal(await one("select count(*) from migrated.t where length(text) = 10000"), 500);
    });
  });
}

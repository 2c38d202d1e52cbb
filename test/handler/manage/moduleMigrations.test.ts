import assert from "node:assert/strict";
import type { MigrationModules, Step } from "../../../handler/manage/migrating";
import { serverKinds, value } from "../../local/rdsProxy/support/harness";
import { likeInLambda } from "../support/client";
import { Managed } from "./support/managed";

const insert =
  (id: number): Step =>
  (connection) =>
    connection.query("insert into t values (?)", [id]);
const remove =
  (id: number): Step =>
  (connection) =>
    connection.query("delete from t where id = ?", [id]);

for (const { name, start } of serverKinds) {
  describe(`migrations in TypeScript on ${name}`, () => {
    likeInLambda();
    let managed: Managed;
    let modules: MigrationModules;
    before(async () => {
      managed = await Managed.on(start);
      process.env.DB_NAME = "migrated";
    });
    beforeEach(async () => {
      await managed.admin.query("drop database if exists migrated; drop database if exists lambda_rds_proxy");
      modules = {
        "1.ts": () => ({ up: (connection) => connection.query("create table t (id int)") }),
        "2.ts": () => ({ up: insert(2), down: remove(2) }),
        "3.ts": () => ({ up: insert(3), down: remove(3) }),
      };
    });
    after(async () => {
      await managed.admin.query("drop database if exists migrated; drop database if exists lambda_rds_proxy");
      await managed.close();
    });

    /** Deploys the migrations up to a name, and those after it not. */
    async function migrateTo(to: string) {
      const names = Object.keys(modules);
      const wanted = names.slice(0, names.indexOf(to) + 1);
      const { migrated, undone } = await managed.manage(
        {},
        {
          modules,
          migrations: Object.fromEntries(wanted.map((file) => [file, `checksum of ${file}`])),
          undo: names.slice(wanted.length),
        },
      );
      return [migrated, undone];
    }
    const rows = (): Promise<unknown> => value(managed.admin, "select group_concat(id order by id) from migrated.t");

    it("are run once each, and taken back, the last one first, when the program wants an earlier state", async () => {
      assert.deepEqual(await migrateTo("3.ts"), [["1.ts", "2.ts", "3.ts"], []]);
      assert.deepEqual(await migrateTo("3.ts"), [[], []]);
      assert.equal(await rows(), "2,3");
      assert.deepEqual(await migrateTo("1.ts"), [[], ["3.ts", "2.ts"]]);
      assert.deepEqual(await migrateTo("1.ts"), [[], []]);
      assert.equal(await rows(), null);
      assert.deepEqual(await migrateTo("2.ts"), [["2.ts"], []]);
      assert.equal(await rows(), "2");
    });

    it("are not taken back where one of them cannot be, and nothing is changed then", async () => {
      modules["2.ts"] = () => ({ up: insert(2) });
      await migrateTo("3.ts");
      await assert.rejects(
        migrateTo("1.ts"),
        /^MigrationError: The migration 2\.ts is applied and comes after the last one that the program wants, but it exports no function down: /,
      );
      assert.equal(await rows(), "2,3");
    });

    it("that fail name the file, the direction and the server's message, and are run again from their beginning", async () => {
      modules["2.ts"] = () => ({ up: (connection) => connection.query("insert into nowhere values (1)") });
      await assert.rejects(
        migrateTo("3.ts"),
        /^MigrationError: The migration 2\.ts failed in up: Table 'migrated\.nowhere' doesn't exist \(error 1146\)\. The next deployment calls up from its beginning: /,
      );
      modules["2.ts"] = () => ({ up: insert(2) });
      assert.deepEqual(await migrateTo("3.ts"), [["2.ts", "3.ts"], []]);
      modules["4.ts"] = () => ({
        up: () => {
          throw new Error("own words");
        },
      });
      await assert.rejects(migrateTo("4.ts"), /The migration 4\.ts failed in up: own words\. /);
      modules["4.ts"] = () => ({});
      await assert.rejects(migrateTo("4.ts"), /The migration 4\.ts exports no function up: write `export async/);
    });

    it("leave no transaction, setting or lock behind", async () => {
      modules["2.ts"] = () => ({
        up: async (connection) => {
          await connection.query("start transaction");
          await connection.query("insert into t values (2)");
        },
      });
      await assert.rejects(migrateTo("2.ts"), /The function up of the migration 2\.ts ends inside of a transaction/);
      assert.equal(await rows(), null);
      modules["2.ts"] = () => ({ up: (connection) => connection.query("set @x = 1") });
      modules["3.ts"] = () => ({ up: (connection) => connection.query("insert into t values (coalesce(@x, 7))") });
      await migrateTo("3.ts");
      assert.equal(await rows(), "7");
    });
  });
}

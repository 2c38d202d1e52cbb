import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeId } from "mysql2";
import type { Grant, GrantTarget, ManagedUser } from "../../../handler/manage/event";
import { serverKinds } from "../../local/rdsProxy/support/harness";
import { likeInLambda } from "../support/client";
import { Managed, userWith } from "./support/managed";

/** Always the same ones, so that a failure is one of the change that was made. `RUNS=1000 SEED=1` tries others. */
const { RUNS = "15", SEED = "20261125" } = process.env;

const databases = ["grants", "o_t%h'er"];
const onTable = ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "REFERENCES", "INDEX", "ALTER", "TRIGGER"];
const onView = ["CREATE VIEW", "SHOW VIEW"];
const onDatabase = ["CREATE TEMPORARY TABLES", "LOCK TABLES", "EXECUTE", "CREATE ROUTINE", "ALTER ROUTINE", "EVENT"];
const onEverything = ["SELECT", "RELOAD", "PROCESS", "SHOW DATABASES", "REPLICATION CLIENT", "CREATE USER"];

const words = (list: string[]) => fc.subarray([...list, "ALL"], { minLength: 1 });
const database = fc.constantFrom(...databases);
const withGrantOption = fc.option(fc.boolean(), { nil: undefined });

/** Grants of each kind, in a form that the server takes. */
const anyGrant: fc.Arbitrary<Grant> = fc.oneof(
  fc.record({
    privileges: fc.subarray(onEverything, { minLength: 1 }),
    on: fc.constant<GrantTarget>("*.*"),
    withGrantOption,
  }),
  fc.record({
    privileges: words([...onTable, ...onView, ...onDatabase]),
    on: fc.record({ database }),
    withGrantOption,
  }),
  fc.record({
    privileges: words([...onTable, ...onView]),
    on: fc.record({ database, table: fc.constantFrom("t", "t 2") }),
    withGrantOption,
  }),
  fc.record({
    privileges: fc.subarray(["SELECT", "INSERT", "UPDATE", "REFERENCES"], { minLength: 1 }),
    on: fc.record({ database, table: fc.constantFrom("t", "t 2") }),
    columns: fc.subarray(["id", "a ` b", "ö, (x)"], { minLength: 1 }),
  }),
  fc.record({
    privileges: words(["EXECUTE", "ALTER ROUTINE"]),
    on: fc.record({ database, procedure: fc.constant("p") }),
    withGrantOption,
  }),
  fc.record({
    privileges: words(["EXECUTE"]),
    on: fc.record({ database, function: fc.constant("f`") }),
    withGrantOption,
  }),
);

const anyUsers = fc.dictionary(fc.constantFrom("any-1", "any'2", "any`3"), fc.array(anyGrant, { maxLength: 5 }));

for (const { name, start } of serverKinds) {
  describe(`from any users and grants to any others on ${name}`, function () {
    this.timeout(120_000);
    likeInLambda();
    let managed: Managed;
    before(async () => {
      managed = await Managed.on(start);
      process.env.DB_NAME = databases[0];
      for (const name of databases) {
        await managed.admin.query("create database ??", [name]);
        for (const table of ["t", "t 2"]) {
          await managed.admin.query("create table ??.?? (id int, ?? int, ?? int)", [name, table, "a ` b", "ö, (x)"]);
        }
        await managed.admin.query("create procedure ??.p() select 1", [name]);
        await managed.admin.query("create function ??.?? () returns int deterministic return 1", [name, "f`"]);
      }
    });
    afterEach(() => managed.end());
    after(async () => {
      for (const name of databases) await managed.admin.query("drop database ??", [name]);
      await managed.close();
    });

    it("the server shows exactly the users and grants of the program", async () => {
      await fc.assert(
        fc.asyncProperty(anyUsers, anyUsers, async (first, second) => {
          await managed.manage(usersWith(first));
          await managed.manage(usersWith(second));
          const [rows] = await managed.admin.query({
            sql: "select User from mysql.user where User like 'any%'",
            rowsAsArray: true,
          });
          assert.deepEqual((rows as string[][]).flat().sort(), Object.keys(second).sort());
          for (const [user, grants] of Object.entries(second)) {
            assert.deepEqual(await managed.shownGrants(user), await shownFor(user, grants), user);
          }
        }),
        { numRuns: Number(RUNS), seed: Number(SEED) },
      );
    });

    /** What the server shows of a new user with these grants, under the name of another one. */
    async function shownFor(user: string, grants: Grant[]): Promise<string[]> {
      const { admin } = managed;
      await admin.query("drop user if exists reference");
      await admin.query("create user reference");
      for (const grant of grants) await admin.query(grantStatement(grant));
      const lines = await managed.shownGrants("reference");
      await admin.query("drop user reference");
      return lines.map((line) => line.replace("`reference`@", `${escapeId(user)}@`)).sort();
    }

    /** The statement that a person would write. */
    function grantStatement({ privileges, on, columns, withGrantOption }: Grant): string {
      const list = columns?.map((column) => escapeId(column, true)).join(", ");
      const what = privileges.map((word) => (list === undefined ? spelled(word, on) : `${word} (${list})`)).join(", ");
      return `grant ${what} on ${object(on)} to reference${withGrantOption === true ? " with grant option" : ""}`;
    }

    /** MariaDB's ALL has a privilege that the master user lacks. */
    function spelled(word: string, on: Grant["on"]): string {
      if (word !== "ALL" || on === undefined || on === "*.*") return word;
      if ("procedure" in on || "function" in on) return "execute, alter routine";
      return [...onTable, ...onView, ...("table" in on ? [] : onDatabase)].join(", ");
    }

    function object(on: Grant["on"]): string {
      if (on === undefined || on === "*.*") return "*.*";
      const inDatabase = (name: string): string => `${escapeId(on.database ?? "", true)}.${escapeId(name, true)}`;
      if ("table" in on) return inDatabase(on.table);
      if ("procedure" in on) return `procedure ${inDatabase(on.procedure)}`;
      if ("function" in on) return `function ${inDatabase(on.function)}`;
      return `${escapeId((on.database ?? "").replaceAll(/[_%]/g, "\\$&"), true)}.*`;
    }
  });
}

function usersWith(grantsByUser: Record<string, Grant[]>): Record<string, ManagedUser> {
  return Object.fromEntries(Object.entries(grantsByUser).map(([user, grants]) => [user, userWith(user, grants)]));
}

import assert from "node:assert/strict";
import type { Connection } from "mysql2/promise";
import { grantsOf } from "../../../components/login/grants";
import type { Grant } from "../../../handler/manage/event";
import { serverKinds } from "../../local/rdsProxy/support/harness";
import { likeInLambda } from "../support/client";
import { Managed, userWith } from "./support/managed";

/** A database (schema) whose name has all that would have a meaning in a GRANT. It differs from the other one by a wildcard only. */
const own = "a_b%'`c";
const alike = "aXb-d'`c";

/** What a user can try, and the number of the error with which a server refuses it. */
const statements = {
  read: "select * from ??.t",
  "read a view": "select * from ??.v",
  "see a view's text": "show create view ??.v",
  insert: "insert into ??.t (id) values (1)",
  update: "update ??.t set note = 'x' where id = 1",
  "update the other column": "update ??.t set id = 1 where id = 1",
  delete: "delete from ??.t where id = -1",
  "call a procedure": "call ??.p()",
  "call a function": "select ??.f()",
  "make a temporary table": "create temporary table ??.tt (id int)",
  "lock tables": "lock tables ??.t read",
  "make a table": "create table ??.made (id int)",
  "drop a table": "drop table ??.made",
  "change a table": "alter table ??.t comment 'changed'",
  "make a view": "create or replace view ??.w as select 1 as one",
  "make a procedure": "create procedure ??.q() select 1",
  "drop a procedure": "drop procedure ??.q",
  "make a trigger": "create trigger ??.g before insert on ??.t for each row set new.id = 1",
  "make an event": "create event ??.e on schedule every 1 year do select 1",
  "drop the database": "drop database ??",
} as const;
type What = keyof typeof statements;

const readOnly: What[] = ["read", "read a view", "see a view's text"];
const readWrite: What[] = [
  ...readOnly,
  "insert",
  "update",
  "update the other column",
  "delete",
  "call a procedure",
  "call a function",
  "make a temporary table",
  "lock tables",
];
const owner = Object.keys(statements) as What[];

/** Each form of a grant, and what it allows. */
const forms: Record<string, { grants: Grant[]; allows: What[] }> = {
  "read-only": { grants: grantsOf("read-only"), allows: readOnly },
  "read-write": { grants: grantsOf("read-write"), allows: readWrite },
  owner: { grants: grantsOf("owner"), allows: owner },
  "nothing at all": { grants: [], allows: [] },
  "one privilege on everything": {
    grants: [{ privileges: ["SELECT"], on: "*.*" }],
    allows: ["read", "read a view"],
  },
  "privileges on a table": {
    grants: [{ privileges: ["SELECT", "DELETE"], on: { table: "t" } }],
    allows: ["read", "delete"],
  },
  "all privileges on a view": {
    grants: [{ privileges: ["ALL"], on: { table: "v" } }],
    allows: ["read a view", "see a view's text"],
  },
  "a privilege on a column": {
    grants: [
      { privileges: ["SELECT"], on: { table: "t" } },
      { privileges: ["UPDATE"], on: { table: "t" }, columns: ["note"] },
    ],
    allows: ["read", "update"],
  },
  "a privilege on a procedure": {
    grants: [{ privileges: ["EXECUTE"], on: { procedure: "p" } }],
    allows: ["call a procedure"],
  },
  "a privilege on a function": {
    grants: [{ privileges: ["EXECUTE"], on: { function: "f" } }],
    allows: ["call a function"],
  },
};

for (const { name, start } of serverKinds) {
  describe(`what a user may do on ${name} with`, () => {
    likeInLambda();
    let managed: Managed;
    before(async () => {
      managed = await Managed.on(start);
      process.env.DB_NAME = own;
    });
    afterEach(() => managed.end());
    after(async () => {
      for (const database of [own, alike]) await managed.admin.query("drop database if exists ??", [database]);
      await managed.close();
    });

    for (const [form, { grants, allows }] of Object.entries(forms)) {
      it(form, async () => {
        for (const database of [own, alike]) await fill(managed.admin, database);
        await managed.manage({ tester: userWith("tester", grants) });
        const inOwn = await tryAll(own);
        assert.deepEqual(inOwn, allows);
        // The other database tells whether a wildcard has got through.
        const everywhere = grants.some(({ on }) => on === "*.*");
        assert.deepEqual(await tryAll(alike), everywhere ? allows : []);
      });
    }

    /** Whatever could be done, in the order of the table. The master user puts right what that has changed. */
    function tryAll(database: string): Promise<What[]> {
      return managed.asUser("tester", (attempt) => tryEach(database, attempt));
    }

    async function tryEach(database: string, attempt: (sql: string) => Promise<string>): Promise<What[]> {
      const done: What[] = [];
      for (const [what, sql] of Object.entries(statements) as [What, string][]) {
        if (what === "drop a table") {
          await managed.admin.query("create table if not exists ??.made (id int)", [database]);
        }
        if (what === "make a table") await managed.admin.query("drop table if exists ??.made", [database]);
        if (what === "make a procedure") await managed.admin.query("drop procedure if exists ??.q", [database]);
        if (what === "drop a procedure") {
          await managed.admin.query("drop procedure if exists ??.q; create procedure ??.q() select 1", [
            database,
            database,
          ]);
        }
        const count = sql.split("??").length - 1;
        const outcome = await attempt(
          managed.admin.format(
            sql,
            Array.from({ length: count }, () => database),
          ),
        );
        if (outcome === "done") done.push(what);
        // Access denied: to a database, a table, a view, a column, a routine.
        else assert.match(outcome, /^(1044|1142|1143|1370|1227|1345)$/, `${what}: ${outcome}`);
      }
      return done;
    }
  });
}

async function fill(admin: Connection, database: string): Promise<void> {
  await admin.query("drop database if exists ??", [database]);
  await admin.query("create database ??", [database]);
  await admin.query("create table ??.t (id int, note varchar(10))", [database]);
  await admin.query("create view ??.v as select 1 as one", [database]);
  await admin.query("create procedure ??.p() select 1", [database]);
  await admin.query("create function ??.f() returns int deterministic return 1", [database]);
}

import assert from "node:assert/strict";
import { eq } from "drizzle-orm";
import type { WireTap } from "../../bench/function/wireTap";
import * as drizzle from "../../examples/drizzle/topCustomers";
import * as kysely from "../../examples/kysely/topCustomers";
import { Database } from "../../handler";
import { closeAll, directly, sharedServer, startProxy } from "../local/rdsProxy/support/harness";
import { contextWith, environmentFor, likeInLambda, tapped } from "./support/client";

const [query] = [0x03];

describe("libraries on the client", () => {
  likeInLambda();
  let tap: WireTap;
  let database: Database;

  beforeEach(async () => {
    const server = await sharedServer();
    const connection = await directly(server, { database: "test" });
    await connection.query(
      "create or replace table orders (id int auto_increment primary key, customer varchar(20), total int)",
    );
    await connection.query("insert into orders (customer, total) values ('taro', 3), ('hanako', 5), ('taro', 4)");
    await connection.end();
    tap = await tapped(await startProxy(server, { requireTls: true }));
    database = new Database(environmentFor(tap.port));
    Object.assign(process.env, environmentFor(tap.port));
  });
  afterEach(async () => {
    database.close();
    tap.close();
    await closeAll();
  });

  const assertNothingPrepared = () => {
    assert.ok(tap.commands.length > 0);
    assert.deepEqual([...new Set(tap.commands.map(({ code }) => code))], [query]);
    assert.deepEqual(
      tap.commands.filter(({ text }) => /^\W*set\b/i.test(text)),
      [],
    );
    assert.equal(tap.connections, 1);
  };

  for (const [name, { topCustomers }] of Object.entries({ Kysely: kysely, Drizzle: drizzle })) {
    it(`${name}: the example's callback returns its rows`, async () => {
      const rows = await topCustomers({ limit: 2 }, contextWith(10_000));
      assert.deepEqual(rows, [
        { customer: "taro", spent: "7" },
        { customer: "hanako", spent: "5" },
      ]);
      assertNothingPrepared();
    });
  }

  it("Kysely inserts, streams, commits and rolls back", async () => {
    const db = kysely.open(database);
    const { insertId } = await db
      .insertInto("orders")
      .values({ id: 9, customer: "it's", total: 1 })
      .executeTakeFirstOrThrow();
    assert.equal(insertId, 9n);
    await db.transaction().execute((tx) => tx.updateTable("orders").set({ total: 10 }).where("id", "=", 9).execute());
    const failing = db.transaction().execute(async (tx) => {
      await tx.deleteFrom("orders").execute();
      throw new Error("no");
    });
    await assert.rejects(failing, { message: "no" });
    const streamed: unknown[] = [];
    for await (const row of db.selectFrom("orders").select("total").where("customer", "=", "it's").stream()) {
      streamed.push(row);
    }
    assert.deepEqual(streamed, [{ total: 10 }]);
    await Promise.all([1, 2, 3].map((id) => db.selectFrom("orders").selectAll().where("id", "=", id).execute()));
    assertNothingPrepared();
    await db.destroy();
  });

  it("Drizzle inserts, iterates, commits and rolls back", async () => {
    const db = drizzle.open(database);
    const { orders } = drizzle;
    const [{ insertId }] = await db.insert(orders).values({ customer: "it's", total: 1 });
    assert.equal(insertId, 4);
    await db.transaction((tx) => tx.update(orders).set({ total: 10 }).where(eq(orders.id, insertId)));
    const failing = db.transaction(async (tx) => {
      await tx.delete(orders);
      throw new Error("no");
    });
    await assert.rejects(failing, { message: "no" });
    const iterated: unknown[] = [];
    const iterator = db.select().from(orders).where(eq(orders.id, insertId)).iterator();
    for await (const row of iterator) iterated.push(row);
    assert.deepEqual(iterated, [{ id: 4, customer: "it's", total: 10 }]);
    assert.deepEqual(await db.execute("select 1 as one").then(([rows]) => rows), [{ one: 1 }]);
    await Promise.all([1, 2, 3].map((id) => db.select().from(orders).where(eq(orders.id, id))));
    assertNothingPrepared();
  });
});

import assert from "node:assert/strict";
import type { WireTap } from "../../bench/function/wireTap";
import { Database, ReadOnlyDatabase } from "../../handler";
import { closeAll, directly, sharedServer, startProxy } from "../local/rdsProxy/support/harness";
import { environmentFor, likeInLambda, tapped } from "./support/client";

/** Of the protocol: a text command, and a sign of life. */
const [query, ping] = [0x03, 0x0e];

describe("what the client says on the wire", () => {
  const secrets = likeInLambda();
  let tap: WireTap;
  let port: number;

  before(async () => {
    const connection = await directly(await sharedServer(), { database: "test" });
    await connection.query("create or replace table said (id int auto_increment primary key, value varchar(10))");
    await connection.end();
  });
  beforeEach(async () => {
    tap = await tapped(await startProxy(await sharedServer(), { requireTls: true }));
    port = tap.port;
  });
  afterEach(async () => {
    tap.close();
    await closeAll();
  });

  it("is one statement, after the connection, TLS and the log-in, and one read of the secret", async () => {
    // The proxy asks for the password itself once, before it knows a hash of it.
    const first = new Database(environmentFor(port));
    await first.read("select 1");
    first.close();
    Object.assign(tap, { waits: 0 });
    tap.commands.length = secrets.requests = 0;
    const database = new Database(environmentFor(port));
    await database.read("select * from said");
    assert.deepEqual(tap.commands, [{ code: query, text: tap.commands[0]?.text }]);
    assert.match(tap.commands[0]?.text ?? "", /select \* from said$/);
    // Connection, greeting, TLS, log-in, statement.
    assert.equal(tap.waits, 5);
    assert.equal(secrets.requests, 1);
    await database.read("select * from said");
    assert.deepEqual([tap.waits, secrets.requests], [6, 1]);
    database.close();
  });

  it("is text commands and signs of life, whatever a callback does: nothing prepared, no SET", async () => {
    const database = new Database(environmentFor(port), { bigints: "bigint", dates: "string", pingAfter: 0 });
    const readers = new ReadOnlyDatabase(environmentFor(port));
    await database.execute("insert into said (value) values ?", [[["a"], ["b"]]]);
    await database.read("select * from said where value in (:values)", { values: ["a", "b"] });
    await database.readArrays("select ??, ? from said", ["id", new Date(0)]);
    await database.transaction(async (tx) => {
      await tx.execute("update said set value = ?", ["c"]);
      await tx.read("select 1");
    });
    await database.transaction(() => Promise.reject(new Error("no"))).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    for await (const row of database.stream("select * from said")) assert.ok(row);
    await readers.snapshot((tx) => tx.read("select * from said"));
    await database.withConnection((connection) => connection.query("select 1"));
    database.close();
    readers.close();
    const texts = tap.commands.map(({ text }) => text);
    assert.ok(tap.commands.length > 12, "all of it went through the tap");
    assert.deepEqual(
      [...new Set(tap.commands.map(({ code }) => code))].sort((a, b) => a - b),
      [query, ping],
    );
    assert.deepEqual(
      texts.filter((text) => /^\W*set\b/i.test(text)),
      [],
    );
  });
});

import assert from "node:assert/strict";
import { Database, type ValueOptions } from "../../handler";
import { closeAll, directly, serverKinds, startProxy } from "../local/rdsProxy/support/harness";
import { environmentFor, likeInLambda } from "./support/client";

const columns = `
  big bigint, huge bigint unsigned, amount decimal(30,10), day date, at datetime(6), stamp timestamp, clock time,
  flag tinyint(1), bits bit(3), bytes varbinary(10), text varchar(10), nothing int`;
const written =
  "42, 18446744073709551615, 12345678901234567890.0123456789, '2026-11-24', '2026-11-24 01:02:03.456789'," +
  " '2026-11-24 01:02:03', '12:30:00', 1, b'101', X'00ff', 'é😀', null";

describe("values come back without loss", () => {
  likeInLambda();
  afterEach(closeAll);

  for (const { name, start } of serverKinds) {
    async function read(options: ValueOptions): Promise<Record<string, unknown>> {
      const server = await start();
      const connection = await directly(server, { database: "test" });
      await connection.query("drop table if exists kinds");
      await connection.query(`create table kinds (${columns}) character set utf8mb4`);
      await connection.query(`insert into kinds values (${written})`);
      await connection.end();
      const { proxy } = await startProxy(server);
      const database = new Database(environmentFor(proxy.port), options);
      const [row] = await database.read("select kinds.*, count(*) over () as counted from kinds");
      database.close();
      return { ...row };
    }
    const always = {
      amount: "12345678901234567890.0123456789",
      day: "2026-11-24",
      clock: "12:30:00",
      flag: 1,
      bits: Buffer.from([5]),
      bytes: Buffer.from([0, 255]),
      text: "é😀",
      nothing: null,
    };

    it(`from ${name}, as JSON can carry them`, async () => {
      assert.deepEqual(await read({}), {
        ...always,
        big: 42,
        huge: "18446744073709551615",
        counted: 1,
        at: new Date("2026-11-24T01:02:03.456Z"),
        stamp: new Date("2026-11-24T01:02:03Z"),
      });
    });

    it(`from ${name}, with one type for all big integers and every digit of a time`, async () => {
      const texts = await read({ bigints: "string", dates: "string" });
      assert.deepEqual(texts, {
        ...always,
        big: "42",
        huge: "18446744073709551615",
        counted: "1",
        at: "2026-11-24 01:02:03.456789",
        stamp: "2026-11-24 01:02:03",
      });
      const { big, huge, counted } = await read({ bigints: "bigint" });
      assert.deepEqual([big, huge, counted], [42n, 18446744073709551615n, 1n]);
    });
  }

  it("as they were written", async () => {
    const server = await serverKinds[0]?.start();
    assert.ok(server !== undefined);
    const { proxy } = await startProxy(server);
    const database = new Database(environmentFor(proxy.port), { bigints: "bigint" });
    const at = new Date("2026-11-24T01:02:03.456Z");
    await database.execute("create or replace table same (big bigint, at datetime(3), bytes blob)");
    const bytes = Buffer.from([0, 39, 92, 255]);
    await database.execute("insert into same values (?, ?, ?)", [-9223372036854775808n, at, bytes]);
    const [row] = await database.readArrays("select * from same");
    database.close();
    assert.deepEqual(row, [-9223372036854775808n, at, bytes]);
  });
});

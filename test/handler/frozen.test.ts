import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { WireTap } from "../../bench/function/wireTap";
import type { MysqlServer } from "../../local/mysqlServer";
import { closeAll, directly, sharedServer, startProxy, type TestProxy } from "../local/rdsProxy/support/harness";
import { Containers } from "./support/containers";

const rows = [
  [1, "taro"],
  [2, "hanako"],
];

describe("a container that was frozen and thawed", function () {
  this.timeout(60_000);
  let containers: Containers;
  let server: MysqlServer;
  let proxy: TestProxy;
  let tap: WireTap;

  before(async () => {
    containers = await Containers.open();
    server = await sharedServer();
    const connection = await directly(server, { database: "test" });
    await connection.query("create or replace table sample (id int, value varchar(10))");
    await connection.query("insert into sample values (1, 'taro'), (2, 'hanako')");
    await connection.query("create or replace table counted (n int)");
    await connection.end();
  });
  beforeEach(async () => {
    const certificate = containers.certificate();
    proxy = await startProxy(server, { requireTls: true, tls: certificate });
    tap = new WireTap(certificate, proxy.proxy.port);
    containers.leadTo(await tap.listen());
  });
  afterEach(async () => {
    tap.close();
    await closeAll();
  });
  after(() => containers.close());

  const counted = async (): Promise<number> => {
    const connection = await directly(server, { database: "test" });
    const [[row]] = (await connection.query("select count(*) as n from counted")) as unknown as [{ n: number }[]];
    await connection.query("delete from counted");
    await connection.end();
    return row?.n ?? 0;
  };

  for (const [title, breakOff, after] of [
    [
      "its connection was closed (FIN)",
      (): void => {
        tap.finish();
      },
      1_100,
    ],
    [
      "its connection was broken off (RST)",
      (): void => {
        tap.reset();
      },
      1_100,
    ],
    [
      "its connection went silent",
      (): void => {
        tap.goSilent();
      },
      1_300,
    ],
  ] as const) {
    it(`reads and writes when ${title} meanwhile, each write once`, async () => {
      // Fifty containers would wait this long; one that asks for a sign of life after a second behaves like one after thirty.
      const options = { pingAfter: 1_200 };
      await containers.deploy("frozen");
      assert.deepEqual(await containers.invoke("frozen", { options }), { rows });
      assert.equal(tap.connections, 1);
      breakOff();
      await delay(after);
      assert.deepEqual(await containers.invoke("frozen", { options }), { rows });
      breakOff();
      await delay(after);
      const written = await containers.invoke("frozen", {
        sql: "insert into counted values (1)",
        write: true,
        options,
      });
      assert.deepEqual(written, { rows: { affectedRows: 1, insertId: 0 } });
      assert.equal(await counted(), 1);
      const reasons = containers.logs.filter((line) => line.includes("Connecting again"));
      assert.ok(reasons.length >= 2, "each new connection is in the log with its reason");
      containers.logs.length = 0;
    });
  }

  it("says that no time is left when its connection went silent just now, before Lambda would end it", async () => {
    await containers.deploy("silent", {}, 3);
    assert.deepEqual(await containers.invoke("silent"), { rows });
    tap.goSilent();
    const started = Date.now();
    const ending = await containers.invoke("silent");
    assert.ok("error" in ending && ending.error.errorType === "OutOfTimeError", JSON.stringify(ending));
    assert.ok(Date.now() - started < 3_000);
  });
});

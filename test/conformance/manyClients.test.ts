import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startMysqlServer } from "../../local/mysqlServer";
import { closeAll, directly, login, masterPassword, masterUser, startProxy } from "../local/rdsProxy/support/harness";

/** As many connections as a db.t4g.micro allows. */
const maxConnections = 85;
/** Each of these processes may have so many sockets open as this one's limit allows. */
const processes = 2;
const queries = 5;

/** The script `conformance` runs it. */
describe("RDS Proxy's stand-in", function () {
  this.timeout(300_000);

  for (const [total, tls] of [
    [1_000, true],
    [10_000, false],
  ] as const) {
    it(`serves ${total} clients at the same time${tls ? ", with TLS," : ""} on ${maxConnections} connections, and none fails`, async () => {
      const server = await startMysqlServer({ masterUser, masterPassword, maxConnections });
      try {
        const { proxy } = await startProxy(server, {
          clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD",
          config: { connectionBorrowTimeout: 60 },
          log: () => undefined,
        });
        const { ssl, ...plain } = login(proxy.port);
        const env = {
          ...process.env,
          LOGIN: JSON.stringify({ ...plain, ...(tls && { ssl }), connectTimeout: 60_000 }),
        };
        const crowd = join(__dirname, "clients/crowd.mts");
        const children = Array.from({ length: processes }, () =>
          fork(crowd, [String(total / processes), String(queries)], { env, execArgv: [] }),
        );
        const messages = async () =>
          Promise.all(children.map(async (child) => ((await once(child, "message")) as unknown[])[0]));
        const exits = children.map((child) => once(child, "exit"));
        assert.deepEqual(
          await messages(),
          children.map(() => ({ connected: total / processes, errors: {} })),
        );
        assert.equal(proxy.metrics().ClientConnections, total);
        for (const child of children) child.send("begin");
        assert.deepEqual(
          await messages(),
          children.map(() => ({ answered: (total / processes) * queries, errors: {} })),
        );
        await Promise.all(exits);
        assert.ok((proxy.metrics().DatabaseConnections ?? 0) < maxConnections);
        await closeAll();
        const admin = await directly(server);
        const [rows] = await admin.query("SHOW STATUS LIKE 'Max_used_connections'");
        assert.ok(Number((rows as { Value: string }[])[0]?.Value) <= maxConnections);
        await admin.end();
      } finally {
        await server.stop();
      }
    });
  }
});

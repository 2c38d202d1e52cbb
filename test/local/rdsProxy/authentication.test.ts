import assert from "node:assert/strict";
import { createConnection } from "mysql2/promise";
import type { MysqlServer } from "../../../local/mysqlServer";
import {
  authority,
  backend,
  closeAll,
  directly,
  login,
  masterPassword,
  masterUser,
  serverKinds,
  sharedServer,
  startProxy,
  targetId,
  value,
} from "./support/harness";

const errno = (expected: number) => (error: { errno?: number }) => error.errno === expected;

describe("authentication at the RDS Proxy stand-in", () => {
  let server: MysqlServer;
  before(async () => {
    server = await sharedServer();
  });
  afterEach(closeAll);

  for (const { name, start } of serverKinds) {
    for (const targetTls of [false, true]) {
      it(`logs in to ${name} ${targetTls ? "over TLS" : "without TLS"}, with the plugin that it asks for`, async function () {
        this.timeout(30000);
        const database = await start();
        const { connect, proxy } = await startProxy(database, { targetTls });
        const client = await connect({ database: "test" });
        assert.equal(await value(client, "SELECT DATABASE()"), "test");
        assert.equal(proxy.metrics().DatabaseConnectionsWithTLS, targetTls ? 1 : 0);
      });
    }
  }

  for (const clientPasswordAuthType of ["MYSQL_CACHING_SHA2_PASSWORD", "MYSQL_NATIVE_PASSWORD"] as const) {
    it(`takes the right password and no other with ${clientPasswordAuthType}, with and without TLS`, async () => {
      const { proxy } = await startProxy(server, { clientPasswordAuthType });
      for (const ssl of [login(0).ssl, undefined]) {
        // The first log-in sends the full password, and the second proves it with a hash.
        for (let round = 0; round < 2; round++) {
          const client = await createConnection({ ...login(proxy.port), ssl });
          assert.equal(await value(client, "SELECT 1"), 1);
          await client.end();
        }
        const wrong = createConnection({ ...login(proxy.port), ssl, password: "wrong" });
        await assert.rejects(wrong, errno(1045));
        const unknown = createConnection({ ...login(proxy.port), ssl, user: "nobody" });
        await assert.rejects(unknown, errno(1045));
        await assert.rejects(createConnection({ ...login(proxy.port), ssl, password: "" }), errno(1045));
      }
      assert.equal(proxy.metrics().ClientConnectionsSetupFailedAuth, 6);
    });
  }

  it("refuses clients without TLS with error 3159 when TLS is required", async () => {
    const { proxy, connect } = await startProxy(server, { requireTls: true });
    await assert.rejects(createConnection({ ...login(proxy.port), ssl: undefined }), errno(3159));
    assert.equal(await value(await connect(), "SELECT 1"), 1);
  });

  it("speaks TLS 1.2 and 1.3 and nothing older", async () => {
    const { proxy } = await startProxy(server);
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const client = await createConnection({
        ...login(proxy.port),
        ssl: { ca: authority.certificate, minVersion: version, maxVersion: version },
      });
      await client.end();
    }
    const old = { ca: authority.certificate, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" };
    await assert.rejects(createConnection({ ...login(proxy.port), ssl: old }));
  });

  it("shows a certificate that clients can verify", async () => {
    const { proxy } = await startProxy(server);
    const ssl = { ca: authority.certificate, verifyIdentity: true };
    const client = await createConnection({ ...login(proxy.port), host: "localhost", ssl });
    await client.end();
  });

  it("refuses the old password after the secret's rotation, and serves earlier sessions as before", async () => {
    let password = masterPassword;
    const { proxy, connect } = await startProxy(server, {
      credentials: () => Promise.resolve([{ username: masterUser, password }]),
    });
    const early = await connect();
    const admin = await directly(server);
    try {
      await admin.query("ALTER USER admin@'%' IDENTIFIED BY 'rotated'");
      password = "rotated";
      assert.equal(await value(early, "SELECT 1"), 1);
      await assert.rejects(createConnection(login(proxy.port)), errno(1045));
      const late = await connect({ password });
      // A transaction on one session makes the pool open another connection, with the new password.
      await early.query("START TRANSACTION");
      const other = await backend(late);
      assert.notEqual(other, await backend(early));
    } finally {
      await admin.query(`ALTER USER admin@'%' IDENTIFIED BY '${masterPassword}'`);
      await admin.end();
    }
  });

  it("still serves sessions without a schema after a rotation, although old connections cannot drop their schema", async () => {
    const admin = await directly(server);
    await admin.query("CREATE USER IF NOT EXISTS rotating IDENTIFIED BY 'rotating-password-1'");
    let password = "rotating-password-1";
    const { connect, proxy } = await startProxy(server, {
      config: { maxConnectionsPercent: 4 },
      credentials: () =>
        Promise.resolve([
          { username: masterUser, password: masterPassword },
          { username: "rotating", password },
        ]),
    });
    const one = await connect({ user: "rotating", password });
    const two = await connect({ user: "rotating", password, database: "information_schema" });
    await two.query("SELECT 1");
    password = "rotating-password-2";
    await admin.query("ALTER USER rotating IDENTIFIED BY 'rotating-password-2'");
    assert.equal(await value(one, "SELECT DATABASE()"), null);
    assert.equal(await value(two, "SELECT DATABASE()"), "information_schema");
    assert.equal(proxy.metrics().DatabaseConnectionsSetupFailed, 0);
    await admin.query("DROP USER rotating");
    await admin.end();
  });

  it("reports AUTH_FAILURE when the proxy's role may not read the secrets, and recovers when it may", async () => {
    let allowed = false;
    const { proxy } = await startProxy(server, {
      available: false,
      credentials: () =>
        allowed
          ? Promise.resolve([{ username: masterUser, password: masterPassword }])
          : Promise.reject(new Error("AccessDeniedException")),
    });
    await assert.rejects(proxy.whenAvailable(targetId, 0.3), /UNAVAILABLE.*AUTH_FAILURE.*AccessDeniedException/);
    await assert.rejects(createConnection(login(proxy.port)), errno(1045));
    allowed = true;
    await proxy.whenAvailable(targetId, 10);
  });

  it("accepts the users of several secrets, and each logs in to the database under its own name", async () => {
    const admin = await directly(server);
    await admin.query("CREATE USER IF NOT EXISTS reader IDENTIFIED BY 'reader-password'");
    const { connect } = await startProxy(server, {
      credentials: () =>
        Promise.resolve([
          { username: masterUser, password: masterPassword },
          { username: "reader", password: "reader-password" },
        ]),
    });
    const first = await connect();
    const second = await connect({ user: "reader", password: "reader-password" });
    assert.match(String(await value(first, "SELECT CURRENT_USER()")), /^admin@/);
    assert.match(String(await value(second, "SELECT CURRENT_USER()")), /^reader@/);
    await second.changeUser({ user: masterUser, password: masterPassword, database: "test" });
    assert.match(String(await value(second, "SELECT CONCAT(CURRENT_USER(), DATABASE())")), /^admin@.*test$/);
    await assert.rejects(second.changeUser({ user: "reader", password: "wrong" }), errno(1045));
    await admin.query("DROP USER reader");
    await admin.end();
  });

  it("takes as long to refuse an unknown user as a wrong password", async () => {
    const { proxy } = await startProxy(server);
    const refuse = async (user: string): Promise<number> => {
      const started = performance.now();
      await assert.rejects(
        createConnection({ ...login(proxy.port), ssl: undefined, user, password: "guess" }),
        errno(1045),
      );
      return performance.now() - started;
    };
    const times: Record<string, number[]> = { [masterUser]: [], nobody: [] };
    for (let round = 0; round < 25; round++) {
      for (const user of [masterUser, "nobody"]) times[user]?.push(await refuse(user));
    }
    // The shortest times count, since everything else on the machine only adds to them.
    const quickest = (user: string): number => Math.min(...(times[user] ?? []));
    const ratio = quickest(masterUser) / quickest("nobody");
    assert.ok(ratio > 0.5 && ratio < 2, `${quickest(masterUser)} ms and ${quickest("nobody")} ms`);
  });

  it("logs who was refused and why, and never a password", async () => {
    const { proxy, events, connect } = await startProxy(server, { debugLogging: true });
    await assert.rejects(createConnection({ ...login(proxy.port), password: "guessed-password" }), errno(1045));
    await assert.rejects(
      createConnection({ ...login(proxy.port), user: "nobody", password: "guessed-password" }),
      errno(1045),
    );
    const client = await connect();
    await client.query("SELECT 'shown'");
    await assert.rejects(client.query("CREATE USER x IDENTIFIED BY 'guessed-password' FAIL"));
    const log = JSON.stringify(events);
    assert.match(log, /SELECT 'shown'/);
    assert.match(log, /wrong password/);
    assert.match(log, /"user":"nobody"/);
    assert.doesNotMatch(log, /guessed-password|master-password/);
  });
});

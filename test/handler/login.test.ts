import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mock } from "node:test";
import tls from "node:tls";
import { Signer } from "@aws-sdk/rds-signer";
import { Database, type DatabaseEnvironment } from "../../handler";
import { Deadline } from "../../handler/deadline";
import { loginFor } from "../../handler/login";
import {
  authority,
  closeAll,
  masterUser,
  sharedServer,
  startProxy,
  type TestProxy,
} from "../local/rdsProxy/support/harness";

const region = "ap-northeast-1";
const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: randomBytes(20).toString("hex") };

describe("a callback that logs in with a token", () => {
  const trusted = tls.getCACertificates("default");
  const variables = { ...process.env };
  let proxy: TestProxy;
  let mayConnect: string[];

  before(() => {
    tls.setDefaultCACertificates([...trusted, authority.certificate]);
    // What Lambda puts there: the credentials of the function's role.
    Object.assign(process.env, {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    });
  });
  beforeEach(async () => {
    mayConnect = [masterUser];
    proxy = await startProxy(await sharedServer(), {
      endpoint: "localhost",
      requireTls: true,
      iamAuth: "REQUIRED",
      iam: {
        region,
        principal: (id) => (id === key.accessKeyId ? { secretAccessKey: key.secretAccessKey } : undefined),
        mayConnect: (_id, user) => mayConnect.includes(user),
      },
    });
  });
  afterEach(closeAll);
  after(() => {
    tls.setDefaultCACertificates(trusted);
    process.env = variables;
  });

  const environment = (): DatabaseEnvironment => ({
    DB_ENDPOINT: "localhost",
    DB_PORT: String(proxy.proxy.port),
    DB_NAME: "",
    DB_USER: masterUser,
    DB_CONNECT_TIMEOUT: "5",
    DB_AUTH: "iam",
  });

  it("needs no secret and no password", async () => {
    const database = new Database(environment());
    assert.deepEqual(await database.readArrays("select 1"), [[1]]);
    database.close();
  });

  it("signs the very token that AWS's own signer makes", async () => {
    mock.timers.enable({ apis: ["Date"], now: new Date("2026-11-24T12:00:00Z") });
    process.env.AWS_SESSION_TOKEN = "session/token+with=signs";
    try {
      const { DB_PORT, DB_USER } = environment();
      const signer = new Signer({ hostname: "localhost", port: Number(DB_PORT), username: DB_USER });
      const parts = (token: string) => token.split(/[?&]/).sort();
      const token = await loginFor(environment()).password(Deadline.ofInvocation(1_000));
      assert.deepEqual(parts(token), parts(await signer.getAuthToken()));
    } finally {
      delete process.env.AWS_SESSION_TOKEN;
      mock.timers.reset();
    }
  });

  it("signs a new token for each connection, since a token is good for 15 minutes only", async () => {
    mock.timers.enable({ apis: ["Date"], now: new Date("2026-11-24T12:00:00Z") });
    try {
      const login = loginFor(environment());
      const first = await login.password(Deadline.ofInvocation(1_000));
      assert.match(first, /^localhost:\d+\/\?.*Action=connect.*X-Amz-Date=20261124T120000Z.*X-Amz-Expires=900/);
      mock.timers.tick(1_000);
      assert.match(await login.password(Deadline.ofInvocation(1_000)), /X-Amz-Date=20261124T120001Z/);
    } finally {
      mock.timers.reset();
    }
  });

  it("logs in again when its connection and its token are both gone, in every container", async () => {
    mock.timers.enable({ apis: ["Date"], now: Date.now() });
    const containers = Array.from({ length: 20 }, () => new Database(environment()));
    try {
      await Promise.all(containers.map((database) => database.readArrays("select 1")));
      mock.timers.tick(20 * 60_000);
      for (const database of containers) database.close();
      const rows = await Promise.all(containers.map((database) => database.readArrays("select 1")));
      assert.deepEqual(
        rows,
        Array.from({ length: 20 }, () => [[1]]),
      );
      assert.equal(proxy.proxy.metrics().ClientConnectionsSetupFailedAuth, 0);
    } finally {
      mock.timers.reset();
      for (const database of containers) database.close();
    }
  });

  it("is refused as a user that its role may not be, and does not try again", async () => {
    mayConnect = ["somebody"];
    const database = new Database(environment());
    await assert.rejects(database.read("select 1"), { name: "LoginRefusedError", errno: 1045 });
    assert.equal(proxy.proxy.metrics().ClientConnectionsSetupFailedAuth, 1);
  });
});

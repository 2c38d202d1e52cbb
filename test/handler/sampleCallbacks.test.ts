import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import timers from "node:timers/promises";
import tls from "node:tls";
import type { Context } from "aws-lambda";
import { readSampleRows } from "../../handler";
import { logger } from "../../handler/logger";
import { manage } from "../../handler/manage";
import type { ManageEvent } from "../../handler/manage/event";
import {
  authority,
  closeAll,
  masterPassword,
  masterUser,
  sharedServer,
  startProxy,
  value,
} from "../local/rdsProxy/support/harness";
import { resetSecrets, secrets, secretsEndpoint } from "./fakeSecretsManager";

/** An invocation with this much time left, in milliseconds. Each look at the clock takes a second. */
const invocation = (remaining: number) =>
  ({ functionName: "manager", getRemainingTimeInMillis: () => (remaining -= 1_000) }) as Context;

/** What the program's deployment asks for: its migrations, and no user. */
const folder = join(__dirname, "../..");
const sum = createHash("sha256")
  .update(readFileSync(join(folder, "migrations/001-sample.sql")))
  .digest("hex");
const event: ManageEvent = { owner: "sample", users: {}, migrations: { "001-sample.sql": sum }, onDelete: "try" };

const rows = [
  [1, "taro"],
  [2, "hanako"],
];

describe("the sample's callbacks", () => {
  const trusted = tls.getCACertificates("default");
  const variables = { ...process.env };
  const lines: string[] = [];
  let proxy: Awaited<ReturnType<typeof startProxy>>;

  before(async () => {
    tls.setDefaultCACertificates([...trusted, authority.certificate]);
    proxy = await startProxy(await sharedServer(), { requireTls: true });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await secretsEndpoint(),
      AWS_REGION: "ap-northeast-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      DB_ENDPOINT: "localhost",
      DB_PORT: String(proxy.proxy.port),
      DB_NAME: "call`backs",
      DB_USER: masterUser,
      DB_CONNECT_TIMEOUT: "5",
      DB_AUTH: "password",
      DB_SECRET_ARN: "arn:sample",
      LAMBDA_TASK_ROOT: folder,
    });
  });
  beforeEach(() => {
    resetSecrets();
    // The lines are collected here; printed, they would stand between the lines of the test report.
    for (const level of ["info", "warn", "error"] as const) {
      mock.method(logger, level, (message: string) => void lines.push(`${level}: ${message}`));
    }
    lines.length = 0;
  });
  afterEach(() => {
    mock.restoreAll();
    process.env.DB_NAME = "call`backs";
  });
  after(async () => {
    await closeAll();
    tls.setDefaultCACertificates(trusted);
    process.env = variables;
  });

  it("read the rows that the program's migration makes, once", async () => {
    const { migrated } = await manage(event, invocation(60_000));
    assert.deepEqual(migrated, ["001-sample.sql"]);
    assert.deepEqual(await readSampleRows({}, invocation(60_000)), rows);
    assert.deepEqual((await manage(event, invocation(60_000))).migrated, []);
    assert.deepEqual(await readSampleRows({}, invocation(60_000)), rows);
  });

  it("find the rows also where an earlier version of the program has made them", async () => {
    const connection = await proxy.connect();
    await connection.query("drop database lambda_rds_proxy");
    await connection.query("delete from `call``backs`.sample where id = 2");
    await manage(event, invocation(60_000));
    assert.equal(await value(connection, "select count(*) from `call``backs`.sample"), 2);
    assert.deepEqual(await readSampleRows({}, invocation(60_000)), rows);
  });

  it("try again, after a pause, until the database lets them in", async () => {
    secrets.text = JSON.stringify({ password: "not the password yet" });
    const pauses = mock.method(timers, "setTimeout", () => {
      secrets.text = JSON.stringify({ password: masterPassword });
      return Promise.resolve();
    });
    await manage(event, invocation(60_000));
    assert.deepEqual(pauses.mock.calls[0]?.arguments, [2_000]);
    assert.equal(lines[0], "warn: Attempt 1 to reach the database failed, trying again");
  });

  it("report the last error instead of a time-out when the invocation's time is nearly over", async () => {
    secrets.text = JSON.stringify({ password: "not the password" });
    const pauses = mock.method(timers, "setTimeout", () => Promise.resolve());
    await assert.rejects(manage(event, invocation(9_500)), {
      name: "LoginRefusedError",
      code: "ER_ACCESS_DENIED_ERROR",
    });
    assert.equal(pauses.mock.callCount(), 0);
    assert.deepEqual(lines, ["error: The invocation failed"]);
  });

  it("let go of a database that cannot be reached when it is about to be deleted, but not of one that stays", async () => {
    secrets.text = JSON.stringify({ password: "not the password" });
    const end: ManageEvent = { ...event, tf: { action: "delete", prev_input: {} } };
    assert.deepEqual((await manage(end, invocation(9_500))).dropped, []);
    await assert.rejects(manage({ ...end, onDelete: "drop" }, invocation(9_500)), { name: "LoginRefusedError" });
  });

  it("do not repeat a statement that is wrong", async () => {
    process.env.DB_NAME = "x".repeat(65);
    const pauses = mock.method(timers, "setTimeout", () => Promise.resolve());
    // MariaDB's code and MySQL's.
    await assert.rejects(manage(event, invocation(60_000)), {
      name: "StatementError",
      code: /^ER_(WRONG_DB_NAME|TOO_LONG_IDENT)$/,
    });
    assert.equal(pauses.mock.callCount(), 0);
    assert.deepEqual(lines, ["error: The invocation failed"]);
  });
});

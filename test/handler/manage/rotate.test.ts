import assert from "node:assert/strict";
import { once } from "node:events";
import type { DatabaseEnvironment } from "../../../handler";
import { rotate as rotateStep, type RotationEvent } from "../../../handler/manage/rotate";
import { verifiersOf } from "../../../handler/manage/verifier";
import { Iam } from "../../../local/iam";
import { rotate, SecretsManager, testRotation } from "../../../local/secretsManager";
import { perform } from "../../../local/secretsManager/operations";
import { masterPassword, masterUser, serverKinds, startProxy } from "../../local/rdsProxy/support/harness";
import { contextWith, environmentFor, likeInLambda } from "../support/client";
import { callersUntil } from "./support/callers";
import { Managed, userWith } from "./support/managed";

const secretArn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:app";
/** As in `environmentFor`. */
const masterArn = "arn:sample";
const allow = { Effect: "Allow", Action: "*", Resource: "*" };
const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };

for (const { name, start } of serverKinds) {
  describe(`a rotation by Secrets Manager on ${name}`, function () {
    this.timeout(60_000);
    const http = likeInLambda();
    let managed: Managed;
    let secrets: SecretsManager;
    let environment: DatabaseEnvironment;
    /** The steps that the function was asked for. */
    let asked: string[];

    before(async () => {
      managed = await Managed.on(start);
      process.env.ROTATE_GRACE = "0.05";
    });
    beforeEach(async () => {
      const iam = new Iam("123456789012");
      iam.createRole("all", "arn:all", JSON.stringify({ Statement: [trust] }));
      iam.putRolePolicy("all", "all", JSON.stringify({ Statement: [allow] }));
      const session = iam.assumeRole("arn:all", "lambda.amazonaws.com", "test");
      secrets = new SecretsManager("ap-northeast-1", iam);
      secrets.create(secretArn, "app").rotation = { functionArn: "arn:rotate" };
      secrets.create(masterArn, "master");
      secrets.putValue(secretArn, JSON.stringify({ username: "app", password: "the first password", host: "db" }));
      secrets.putValue(masterArn, JSON.stringify({ username: masterUser, password: masterPassword }));
      asked = [];
      secrets.invoke = async (_functionArn, _secretArn, event) => {
        asked.push((event as RotationEvent).Step);
        await rotateStep(event as RotationEvent, contextWith(60_000));
      };
      // Requests in the test need no signature: everybody may do everything.
      http.instead = (request, response) => {
        void once(request, "data").then(async ([body]) => {
          response.setHeader("content-type", "application/x-amz-json-1.1");
          try {
            const target = String(request.headers["x-amz-target"]);
            response.end(JSON.stringify(await perform(secrets, target, body as Buffer, session)));
          } catch (error) {
            const { code, message } = error as { code: string; message: string };
            response.statusCode = 400;
            response.end(JSON.stringify({ __type: code, message }));
          }
        });
      };
      const first = { login: { verifiers: verifiersOf("app", "the first password") } };
      await managed.manage({ app: userWith("app", [{ privileges: ["SELECT"] }], first) });
      const value = (arn: string): { username: string; password: string } =>
        JSON.parse(secrets.find(arn).value ?? "") as { username: string; password: string };
      const { proxy } = await startProxy(managed.server, {
        credentials: () => Promise.resolve([value(secretArn), value(masterArn)]),
      });
      Object.assign(process.env, environmentFor(proxy.port));
      environment = {
        ...environmentFor(proxy.port),
        DB_USER: "app",
        DB_SECRET_ARN: secretArn,
      } as DatabaseEnvironment;
    });
    afterEach(() => managed.end());
    after(() => managed.close());

    const password = (): string => (JSON.parse(secrets.find(secretArn).value ?? "") as { password: string }).password;

    it("fails no invocation of 50 functions, cold or warm, and leaves the new password as the only one", async () => {
      const callers = callersUntil(environment, 50);
      await callers.more();
      await rotate(secrets, secretArn);
      await callers.more();
      const second = password();
      await rotate(secrets, secretArn);
      await callers.more();
      assert.deepEqual(await callers.end(), []);
      assert.deepEqual(asked.slice(0, 4), ["createSecret", "setSecret", "testSecret", "finishSecret"]);
      assert.match(password(), /^[A-Za-z0-9]{32}$/);
      assert.deepEqual(JSON.parse(secrets.find(secretArn).value ?? ""), {
        username: "app",
        password: password(),
        host: "db",
      });
      assert.equal(await managed.letsIn("app", password()), true);
      for (const old of [second, "the first password"]) assert.equal(await managed.letsIn("app", old), false, old);
    });

    it("may come again at any step, and after a rotation that was given up the password in force stays good", async () => {
      const { invoke } = secrets;
      secrets.invoke = async (arn, secret, event) => {
        await invoke?.(arn, secret, event);
        await invoke?.(arn, secret, event);
        if ((event as RotationEvent).Step === "setSecret") throw new Error("given up");
      };
      await assert.rejects(rotate(secrets, secretArn), /given up/);
      const left = secrets.find(secretArn).versionWith("AWSPENDING");
      assert.equal(await managed.letsIn("app", "the first password"), true);
      // As a person does who gives it up.
      secrets.find(secretArn).removeLabels(left?.id ?? "", ["AWSPENDING"]);
      secrets.invoke = async (arn, secret, event) => {
        await invoke?.(arn, secret, event);
        assert.equal(await managed.letsIn("app", password()), true, (event as RotationEvent).Step);
        await invoke?.(arn, secret, event);
      };
      await rotate(secrets, secretArn);
      assert.equal(await managed.letsIn("app", password()), true);
      assert.equal(await managed.letsIn("app", "the first password"), false);
    });

    it("can be tested when it is set up, which changes nothing, and does not pass with another password", async () => {
      await testRotation(secrets, secretArn);
      assert.deepEqual(asked, ["testSecret"]);
      assert.equal(password(), "the first password");
      await managed.admin.query("alter user app identified by 'another one'");
      await assert.rejects(
        testRotation(secrets, secretArn),
        /^UsageError: The database has another password for app than the one that was to be tested\.$/,
      );
      await managed.admin.query("drop user app");
      await assert.rejects(rotate(secrets, secretArn), /^UsageError: The database has no user app whose password/);
    });
  });
}

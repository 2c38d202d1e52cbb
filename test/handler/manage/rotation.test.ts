import assert from "node:assert/strict";
import { once } from "node:events";
import type { DatabaseEnvironment } from "../../../handler";
import { verifiersOf } from "../../../handler/manage/verifier";
import { masterPassword, masterUser, serverKinds, startProxy } from "../../local/rdsProxy/support/harness";
import { environmentFor, likeInLambda } from "../support/client";
import { callersUntil } from "./support/callers";
import { Managed, userWith } from "./support/managed";

const invocations = 50;

for (const { name, start } of serverKinds) {
  describe(`a new password while ${invocations} functions run on ${name}`, function () {
    this.timeout(60_000);
    const secrets = likeInLambda();
    let managed: Managed;
    before(async () => {
      managed = await Managed.on(start);
    });
    afterEach(() => managed.end());
    after(() => managed.close());

    it("fails no invocation, cold or warm, and is the only one at the end", async () => {
      let password = "the first password";
      secrets.instead = (request, response) => {
        void once(request, "data").then(([body]) => {
          const user = String(body).includes("arn:app")
            ? { username: "app", password }
            : { username: masterUser, password: masterPassword };
          response.setHeader("content-type", "application/x-amz-json-1.1");
          response.end(JSON.stringify({ SecretString: JSON.stringify(user), CreatedDate: Date.now() / 1_000 }));
        });
      };
      const app = (text: string) => ({
        app: userWith("app", [{ privileges: ["SELECT"] }], { login: { verifiers: verifiersOf("app", text) } }),
      });
      await managed.manage(app(password));
      const { proxy } = await startProxy(managed.server, {
        credentials: () =>
          Promise.resolve([
            { username: "app", password },
            { username: masterUser, password: masterPassword },
          ]),
      });
      const environment = {
        ...environmentFor(proxy.port),
        DB_USER: "app",
        DB_SECRET_ARN: "arn:app",
      } as DatabaseEnvironment;

      const callers = callersUntil(environment, invocations);
      await callers.more();
      await managed.manage(app("the second password"));
      await callers.more();
      password = "the second password";
      await callers.more();
      await managed.manage({}, { endOldPasswords: ["app"] });
      await callers.more();
      assert.deepEqual(await callers.end(), []);
      assert.equal(await managed.letsIn("app", "the second password"), true);
      assert.equal(await managed.letsIn("app", "the first password"), false);
    });
  });
}

import assert from "node:assert/strict";
import { once } from "node:events";
import { verifiersOf } from "../../../components/login/verifier";
import { Database, type DatabaseEnvironment } from "../../../handler";
import { masterPassword, masterUser, serverKinds, startProxy } from "../../local/rdsProxy/support/harness";
import { environmentFor, likeInLambda } from "../support/client";
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

      let isOver = false;
      let done = 0;
      const failures: unknown[] = [];
      // Every other function keeps its connection between invocations, as a warm container does.
      const functions = Array.from({ length: invocations }, async (_, index) => {
        let database = new Database(environment, { database: null });
        while (!isOver) {
          try {
            await database.read("select 1");
            done++;
          } catch (error) {
            failures.push(error);
          }
          if (index % 2 === 0) {
            database.close();
            database = new Database(environment, { database: null });
          }
        }
        database.close();
      });
      const more = async (): Promise<void> => {
        const enough = done + invocations;
        while (done < enough && failures.length === 0) await new Promise((resolve) => setImmediate(resolve));
      };

      await more();
      await managed.manage(app("the second password"));
      await more();
      password = "the second password";
      await more();
      await managed.manage({}, { endOldPasswords: ["app"] });
      await more();
      isOver = true;
      await Promise.all(functions);
      assert.deepEqual(failures, []);
      assert.ok(done >= 4 * invocations);
      assert.equal(await managed.letsIn("app", "the second password"), true);
      assert.equal(await managed.letsIn("app", "the first password"), false);
    });
  });
}

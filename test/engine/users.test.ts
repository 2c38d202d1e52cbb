import assert from "node:assert/strict";
import { join } from "node:path";
import { ProxiedDatabase, type ProxiedDatabaseArgs } from "../../components";
import { LocalStack } from "./support/localStack";

/** As a whole, because the engine of this test works in another folder. */
const migrations = join(__dirname, "../../migrations");

type Users = NonNullable<ProxiedDatabaseArgs["users"]>;

describe("users and migrations on Pulumi's engine", function () {
  this.timeout(240_000);
  const invocation = "aws:lambda/invocation:Invocation";
  let stack: LocalStack | undefined;
  afterEach(() => stack?.close());

  it("are made, changed in place, given new passwords and dropped by the deployments that say so", async function () {
    const programWith = (users: Users) => () =>
      Promise.resolve({ proxy: new ProxiedDatabase("orders", { migrations, users }).proxyName });
    stack = await LocalStack.open(programWith({ reporting: { grants: "read-only" } }));
    if (stack === undefined) {
      this.skip();
      return;
    }
    const managed = async (): Promise<unknown> => {
      const lines = (await stack?.log())?.split("\n").filter((line) => line.includes('"Managed the database"')) ?? [];
      const { migrated, created, changed, dropped } = JSON.parse(lines.at(-1)?.replace(/^[^{]*/, "") ?? "{}");
      return { migrated, created, changed, dropped };
    };

    await stack.up();
    const none = { migrated: [], created: [], changed: [], dropped: [] };
    assert.deepEqual(await managed(), { ...none, migrated: ["001-sample.sql"], created: ["app", "reporting"] });
    assert.deepEqual(await stack.preview(), []);
    assert.doesNotMatch(await stack.stateFile(), /\\"\*[0-9A-F]{40}|\$A\$005/);

    stack.program = programWith({ reporting: { grants: "read-write" } });
    // The component's own inputs name the users and migrations, so that previews show which of them change.
    const change = [
      "update lambda-rds-proxy:index:ProxiedDatabase orders",
      `update ${invocation} orders-manager-on-deploy`,
    ];
    assert.deepEqual(await stack.preview(), change);
    assert.deepEqual((await stack.up()).steps, change);
    assert.deepEqual(await managed(), { ...none, changed: ["reporting"] });

    stack.program = programWith({ reporting: { grants: "read-write", rotation: 1 } });
    const { steps } = await stack.up();
    const order = [
      "orders-reporting-password",
      "orders-manager-on-deploy",
      "orders-reporting-credentials",
      "orders-manager-end-old-passwords",
    ];
    const places = order.map((name) => steps.findIndex((step) => step.endsWith(` ${name}`)));
    assert.ok(!places.includes(-1), steps.join("\n"));
    assert.deepEqual(
      [...places].sort((one, other) => one - other),
      places,
    );
    assert.deepEqual(await stack.preview(), []);

    stack.program = programWith({});
    await stack.up();
    assert.deepEqual(await managed(), { ...none, dropped: ["reporting"] });

    await stack.destroy();
    assert.deepEqual(await managed(), { ...none, dropped: ["app"] });
    assert.equal(await stack.existing(), 0);
  });
});

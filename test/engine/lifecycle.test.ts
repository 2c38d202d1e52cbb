import assert from "node:assert/strict";
import { liveThrough } from "./support/lifecycle";
import { LocalStack } from "./support/localStack";
import { sampleProgram } from "./support/program";

const key = (name: string) => `lambda-rds-proxy:${name}`;

describe("on Pulumi's engine, this program goes up, changes nothing the second time, and goes down without a trace", function () {
  this.timeout(180_000);
  let stack: LocalStack | undefined;
  afterEach(() => stack?.close());

  for (const [title, config] of [
    ["with the defaults", {}],
    ["with auth=iam", { auth: "iam" }],
    ["with a password that RDS manages", { passwordManagedByRds: "true" }],
    ["with a bastion and a given password", { bastion: "true", masterPassword: "correct-horse-battery" }],
  ] as [string, Record<string, string>][]) {
    it(title, async function () {
      const settings = Object.entries(config).map(([name, value]) => [key(name), value]);
      stack = await LocalStack.open(sampleProgram, Object.fromEntries(settings));
      if (stack === undefined) return this.skip();
      await liveThrough(stack);
    });
  }

  it("as a durable stack, once its protection is taken off", async function () {
    stack = await LocalStack.open(sampleProgram, { [key("durability")]: "durable" });
    if (stack === undefined) return this.skip();
    await liveThrough(stack, {
      beforeDestroy: async (durable) => {
        const before = await durable.existing();
        await assert.rejects(
          durable.destroy({ previewOnly: true }),
          /sample-database.* is protected|cannot be deleted/s,
        );
        assert.equal(await durable.existing(), before);
        await durable.configure({ [key("durability")]: "disposable" });
        await durable.up();
      },
    });
  });
});

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Properties } from "../../../local/engine";
import { catalogue } from "../../../local/kinds";
import { policy, Stack } from "./stack";

describe("aws.lambda.Invocation on the stand-in", () => {
  const stack = new Stack();
  let functionName: string | undefined;
  before(async () => {
    await stack.open();
    const role = await stack.create("aws:iam/role:Role", "function", {
      assumeRolePolicy: policy({ Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }),
    });
    const code = `
      const events = [];
      exports.handler = async (event) => {
        if (event.fail) throw new Error("as asked");
        return events.push(event) && events;
      };`;
    const inputs = {
      runtime: "nodejs24.x",
      handler: "index.handler",
      role: role.arn,
      code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(code) }),
    };
    functionName = (await stack.create("aws:lambda/function:Function", "function", inputs)).name;
  });
  after(() => stack.close());

  const kind = catalogue.kind("aws:lambda/invocation:Invocation");
  const create = async (inputs: Properties) =>
    kind.create(
      { functionName, ...inputs },
      { type: "aws:lambda/invocation:Invocation", name: "on-deploy" },
      stack.account,
    );
  const lastEvent = async (): Promise<unknown> => {
    const { state } = await create({ input: '{"last":true}' });
    return (JSON.parse(String(state.result)) as unknown[]).at(-2);
  };

  it("tells the function what happens, and the event before, when it is asked to follow its life", async () => {
    const created = await create({ input: '{"wish":1}', lifecycleScope: "CRUD" });
    assert.deepEqual(await lastEvent(), { wish: 1, tf: { action: "create", prev_input: null } });

    const changed = { functionName, input: '{"wish":2}', lifecycleScope: "CRUD" };
    const state = await kind.update?.(created, changed, stack.account);
    assert.deepEqual(await lastEvent(), { wish: 2, tf: { action: "update", prev_input: { wish: 1 } } });

    await kind.delete?.({ ...created, state: state ?? {} }, stack.account);
    assert.deepEqual(await lastEvent(), { wish: 2, tf: { action: "delete", prev_input: { wish: 2 } } });
  });

  it("adds that under another name, if it is asked to", async () => {
    await create({ input: "{}", lifecycleScope: "CRUD", terraformKey: "pulumi" });
    assert.deepEqual(await lastEvent(), { pulumi: { action: "create", prev_input: null } });
  });

  it("otherwise sends the event as it is, and nothing at the end", async () => {
    const created = await create({ input: '{"wish":3}' });
    assert.deepEqual(await lastEvent(), { wish: 3 });
    await kind.delete?.(created, stack.account);
    assert.deepEqual(await lastEvent(), { last: true });
  });

  it("is named after the function, its version and the event, as the provider does", async () => {
    const { id } = await create({ input: "{}" });
    // md5 of the event.
    assert.equal(id, `${functionName ?? ""},$LATEST,99914b932bd37a50b983c5e7c90ae93b`);
  });

  it("fails with the error of the function, also when the function is to undo something", async () => {
    const failing = { input: '{"fail":true}', lifecycleScope: "CRUD" };
    await assert.rejects(
      create(failing),
      /^Error: invoking Lambda Function \(function-\w+\): .*"errorMessage":"as asked"/,
    );
    const existing = { id: "", state: { functionName, ...failing } };
    await assert.rejects(async () => kind.delete?.(existing, stack.account), /"errorMessage":"as asked"/);
  });

  it("refuses an event that nothing can be added to", async () => {
    await assert.rejects(create({ input: "[]", lifecycleScope: "CRUD" }), /requires input to be a JSON object/);
  });
});

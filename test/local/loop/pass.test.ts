import assert from "node:assert/strict";
import type { Account } from "../../../local/account";
import { type Catalogue, Deployment, type Kind, type ResourceOptions, silent } from "../../../local/engine";
import { Pass } from "../../../local/loop/pass";

/** AWS replaces a function for another name, and changes the rest in place. */
const functionType = "aws:lambda/function:Function";
const groupType = "aws:ec2/securityGroup:SecurityGroup";

describe("the second run of a program", () => {
  let events: string[];
  let deployment: Deployment;
  const account = {} as unknown as Account;

  const kind: Kind = {
    create(inputs, { name }) {
      if (inputs.fails) throw new Error("no room");
      events.push(`create ${name}`);
      return { id: `${name}-${events.length}`, state: { ...inputs } };
    },
    update({ id }, inputs) {
      events.push(`update ${id} ${JSON.stringify(inputs)}`);
      return inputs;
    },
    delete({ id, state }) {
      if (state.isStuck) throw new Error("in use");
      events.push(`delete ${id}`);
    },
  };
  const catalogue: Catalogue = { kind: () => kind, call: () => () => ({ answer: 42 }) };

  beforeEach(() => {
    events = [];
    deployment = new Deployment(catalogue, account, silent);
  });

  type Registration = [type: string, name: string, inputs: object, options?: ResourceOptions];

  /** Runs a program that registers these, one after the other. */
  async function run(...registrations: Registration[]): Promise<Pass> {
    events.length = 0;
    const pass = new Pass(deployment, account);
    for (const [token, name, inputs, options = {}] of registrations) {
      const request = { type: "register" as const, token, name, inputs: { ...inputs }, options };
      await Promise.race([pass.answer(request), pass.failed]);
    }
    await pass.finish();
    return pass;
  }

  const role: Registration = ["aws:iam/role:Role", "role", { description: "a" }];
  const reader: Registration = [functionType, "reader", { timeout: 3 }];

  it("does nothing when nothing has changed, and returns what exists", async () => {
    await run(role, reader);
    const pass = await run(role, reader);
    assert.deepEqual([events, pass.changes, deployment.count], [[], 0, 2]);
    const again = new Pass(deployment, account);
    const [token, name, inputs] = reader;
    const request = { type: "register" as const, token, name, inputs: { ...inputs }, options: {} };
    assert.deepEqual(await again.answer(request), { id: "reader-2", state: { timeout: 3 } });
  });

  it("changes in place, creates, and deletes what the program no longer has, the newest first", async () => {
    await run(role, reader, [functionType, "one", {}], [functionType, "two", {}]);
    const pass = await run(role, [functionType, "reader", { timeout: 5 }], [functionType, "three", {}]);
    assert.deepEqual(events, ['update reader-2 {"timeout":5}', "create three", "delete two-4", "delete one-3"]);
    assert.equal(pass.changes, 4);
    assert.deepEqual(
      deployment.deployed.map((deployed) => deployed.name.name),
      ["role", "reader", "three"],
    );
  });

  it("creates a replacement before the old one goes, as the engine does", async () => {
    await run(role, [groupType, "group", { description: "a" }]);
    await run(role, [groupType, "group", { description: "b" }]);
    assert.deepEqual(events, ["create group", "delete group-2"]);
  });

  it("deletes the old one first where both would have the same name, unless the program says otherwise", async () => {
    const named = (description: string, options?: ResourceOptions): Registration => [
      groupType,
      "group",
      { name: "fixed", description },
      options,
    ];
    await run(named("a"));
    await run(named("b"));
    assert.deepEqual(events, ["delete group-1", "create group"]);
    await run(named("c", { deleteBeforeReplace: false }));
    assert.deepEqual(events, ["create group", "delete group-2"]);
  });

  it("ignores changes that the program wants to be ignored, and replaces for those that it names", async () => {
    const register = (inputs: object, options: ResourceOptions): Registration => [
      functionType,
      "reader",
      inputs,
      options,
    ];
    const ignored = { ignoreChanges: ["timeout", "environment.variables"] };
    await run(register({ timeout: 3, environment: { variables: { A: "1" } } }, ignored));
    await run(register({ timeout: 5, environment: { variables: { A: "2" } } }, ignored));
    assert.deepEqual(events, []);
    await run(register({ timeout: 5 }, { replaceOnChanges: ["timeout"] }));
    assert.deepEqual(events, ["create reader", "delete reader-1"]);
  });

  it("leaves a resource alone that the program wants to stay", async () => {
    await run(role, ["aws:secretsmanager/secretVersion:SecretVersion", "version", {}, { retainOnDelete: true }]);
    await run(role);
    assert.deepEqual([events, deployment.count], [[], 1]);
  });

  it("says which resource has failed, and deletes nothing then", async () => {
    await run(role, reader);
    await assert.rejects(run([functionType, "new", { fails: true }]), {
      message: `new (${functionType}) failed: no room`,
    });
    assert.deepEqual([events, deployment.count], [[], 2]);
    await run(role, [functionType, "reader", { timeout: 9 }]);
    assert.deepEqual(events, ['update reader-2 {"timeout":9}']);
  });

  it("says which resource cannot be deleted, and tries it again the next time", async () => {
    await run(role, [functionType, "stuck", { isStuck: true }]);
    await assert.rejects(run(role), { message: `stuck (${functionType}) failed: in use` });
    assert.equal(deployment.count, 2);
  });

  it("answers look-ups", async () => {
    const pass = new Pass(deployment, account);
    assert.deepEqual(await pass.answer({ type: "call", token: "aws:x", inputs: {} }), { answer: 42 });
  });
});

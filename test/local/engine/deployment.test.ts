import assert from "node:assert/strict";
import { type Catalogue, Deployment, type Kind, type Progress, silent } from "../../../local/engine";

/** A cloud that only records what happens. */
type Events = string[];

const recording: Kind<Events> = {
  create(inputs, { name }, events) {
    events.push(`create ${name}`);
    return { id: `${name}-id`, state: { ...inputs } };
  },
  delete({ id, state }, events) {
    events.push(`delete ${id} ${JSON.stringify(state)}`);
  },
};

function deploymentOf(kinds: Record<string, Partial<Kind<Events>>> = {}, progress?: Partial<Progress>) {
  const events: Events = [];
  const catalogue: Catalogue<Events> = {
    kind: (type) => ({ ...recording, ...kinds[type] }),
    call: (token) => {
      if (token !== "double") throw new Error(`no ${token}`);
      return ({ number }) => ({ number: Number(number) * 2 });
    },
  };
  return { events, deployment: new Deployment(catalogue, events, { ...silent, ...progress }) };
}

describe("a deployment", () => {
  it("creates resources, and deletes them in the reverse order of their completion", async () => {
    const slow = Promise.withResolvers<undefined>();
    const { events, deployment } = deploymentOf({
      slow: { create: (_inputs, { name }) => slow.promise.then(() => ({ id: `${name}-id`, state: {} })) },
    });
    const first = deployment.create("slow", "first", {});
    assert.deepEqual(await deployment.create("any", "second", { size: 1 }), { id: "second-id", state: { size: 1 } });
    slow.resolve(undefined);
    await first;
    assert.equal(deployment.count, 2);
    assert.deepEqual(await deployment.destroy(), []);
    assert.deepEqual(events, ["create second", "delete first-id {}", `delete second-id {"size":1}`]);
  });

  it("fails at once with the message of the resource that failed, and creates nothing more", async () => {
    const { events, deployment } = deploymentOf({
      broken: { create: () => Promise.reject(new Error("no capacity")) },
      never: { create: () => new Promise(() => undefined) },
    });
    void deployment.create("never", "hangs", {});
    void deployment.create("broken", "victim", {});
    await assert.rejects(deployment.failed, { message: "victim (broken) failed: no capacity" });
    void deployment.create("any", "late", {});
    assert.deepEqual(events, []);
  });

  it("reports the first failure only", async () => {
    const { deployment } = deploymentOf({ broken: { create: (_inputs, { name }) => Promise.reject(new Error(name)) } });
    void deployment.create("broken", "one", {});
    void deployment.create("broken", "two", {});
    await assert.rejects(deployment.failed, /^Error: one /);
  });

  it("waits, before it deletes, for resources in creation, so that none appears afterwards", async () => {
    const slow = Promise.withResolvers<undefined>();
    const { events, deployment } = deploymentOf({
      slow: { create: () => slow.promise.then(() => ({ id: "slow-id", state: {} })) },
    });
    void deployment.create("slow", "slow", {});
    const destroyed = deployment.destroy();
    slow.resolve(undefined);
    await destroyed;
    assert.deepEqual(events, ["delete slow-id {}"]);
  });

  it("ends the creation of a resource by deleting the resources that it uses", async () => {
    const stopped = Promise.withResolvers<never>();
    const { events, deployment } = deploymentOf({
      function: {
        delete: (_existing, written) => {
          written.push("delete function");
          stopped.reject(new Error("the function is gone"));
        },
      },
      invocation: { create: () => stopped.promise },
    });
    await deployment.create("function", "function", {});
    void deployment.create("invocation", "invocation", {});
    await deployment.destroy();
    assert.deepEqual(events, ["create function", "delete function"]);
  });

  it("deletes the rest when one resource cannot be deleted, and says which", async () => {
    const { events, deployment } = deploymentOf({ stuck: { delete: () => Promise.reject(new Error("in use")) } });
    await deployment.create("any", "group", {});
    await deployment.create("stuck", "rule", {});
    const errors = await deployment.destroy();
    assert.deepEqual(
      errors.map(({ message }) => message),
      ["rule (stuck) could not be deleted: in use"],
    );
    assert.deepEqual(events, ["create group", "create rule", "delete group-id {}"]);
  });

  it("answers look-ups, and fails with the message of a look-up that it cannot answer", async () => {
    const { deployment } = deploymentOf();
    assert.deepEqual(await deployment.call("double", { number: 4 }), { number: 8 });
    void deployment.call("unknown", {});
    await assert.rejects(deployment.failed, { message: "no unknown" });
  });

  it("reports when it begins to create a resource, when it has created it, and when it has failed", async () => {
    const told: string[] = [];
    const { deployment } = deploymentOf(
      { broken: { create: () => Promise.reject(new Error("x")) } },
      {
        started: (type, name) => told.push(`started ${type} ${name}`),
        created: (_type, name, seconds) => told.push(`created ${name} ${seconds < 1}`),
        failed: (_type, name) => told.push(`failed ${name}`),
      },
    );
    await deployment.create("any", "good", {});
    void deployment.create("broken", "bad", {});
    await assert.rejects(deployment.failed);
    assert.deepEqual(told, ["started any good", "created good true", "started broken bad", "failed bad"]);
  });
});

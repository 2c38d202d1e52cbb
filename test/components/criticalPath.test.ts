import assert from "node:assert/strict";
import { criticalPath, durationOf, type Node } from "../../scripts/criticalPath/path";
import { databases, logins, resourcesOf, withProxyAfterDatabase } from "../../scripts/criticalPath/programs";
import { creationTime } from "../../scripts/criticalPath/times";

const node = (name: string, ...dependencies: string[]): Node => ({ urn: name, type: name, name, dependencies });

describe("the critical path of a graph", () => {
  const times: Record<string, number> = { a: 1, b: 5, c: 2, d: 1 };
  const seconds = (type: string) => times[type] ?? 0;

  it("follows the resources that take longest, up to the one that exists last", () => {
    const path = criticalPath([node("d", "b", "c"), node("c", "a"), node("b", "a"), node("a")], seconds);
    assert.deepEqual(
      path.map(({ name, total }) => [name, total]),
      [
        ["a", 1],
        ["b", 6],
        ["d", 7],
      ],
    );
  });

  it("is a single resource where that takes longer than all others in a row", () => {
    const path = criticalPath([node("a"), node("c", "a"), node("b")], seconds);
    assert.deepEqual(path, [{ type: "b", name: "b", seconds: 5, total: 5 }]);
  });

  it("takes no time when there are no resources", () => {
    assert.equal(durationOf(criticalPath([], seconds)), 0);
  });
});

describe("the time that a deployment takes", () => {
  const isProxy = (type: string) => type === "aws:rds/proxy:Proxy";
  const isDatabase = (type: string) => /^aws:rds\/(instance|cluster|clusterInstance):/.test(type);
  /** Seconds, if the resources that are left out took no time. */
  const without = (resources: Node[], leftOut: (type: string) => boolean) =>
    durationOf(criticalPath(resources, (type) => (leftOut(type) ? 0 : creationTime(type))));
  const all = (resources: Node[]) => without(resources, () => false);

  for (const [database, ofDatabase] of Object.entries(databases)) {
    for (const [login, ofLogin] of Object.entries(logins)) {
      if (login === "password managed by RDS") continue;
      it(`is the time of the database or of the proxy, whichever is longer, not of both: ${database}, ${login}`, async () => {
        const resources = await resourcesOf({ ...ofDatabase, ...ofLogin });
        assert.equal(all(resources), Math.max(without(resources, isProxy), without(resources, isDatabase)));
        assert.ok(all(withProxyAfterDatabase(resources)) >= all(resources) + 240);
      });
    }
  }

  it("is the time of both where the proxy needs the secret that RDS makes together with the instance", async () => {
    const resources = await resourcesOf({ credentials: { managedByRds: true } });
    assert.equal(all(resources), all(withProxyAfterDatabase(resources)));
  });

  it("is, with Aurora's managed secret, the time of the cluster and of writer or proxy, whichever is longer", async () => {
    const resources = await resourcesOf({ ...databases.Aurora, credentials: { managedByRds: true } });
    const isWriter = (type: string) => type === "aws:rds/clusterInstance:ClusterInstance";
    assert.equal(all(resources), Math.max(without(resources, isProxy), without(resources, isWriter)));
  });
});

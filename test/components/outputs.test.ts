import assert from "node:assert/strict";
import { ProxiedDatabase, type ProxiedDatabaseArgs } from "../../components";
import { graphOf } from "../../testing";
import { attributes } from "../support/attributes";
import { vpc } from "../support/existing";

const outputsWith = async (args: ProxiedDatabaseArgs) => {
  const { outputs } = await graphOf(() => {
    const { proxyName, proxyArn, databaseIdentifier, targetHealthCommand } = new ProxiedDatabase("orders", args);
    return { proxyName, proxyArn, databaseIdentifier, targetHealthCommand };
  });
  return outputs;
};

describe("a ProxiedDatabase", () => {
  it("says what people look up after a deployment", async () => {
    assert.deepEqual(await outputsWith({}), {
      proxyName: "orders-proxy-0a1b2c3d",
      proxyArn: "arn:aws:rds:ap-northeast-1:123456789012:db-proxy:prx-0123456789abcdef0",
      databaseIdentifier: "orders-database-identifier",
      targetHealthCommand:
        "aws rds describe-db-proxy-targets --region ap-northeast-1 --db-proxy-name orders-proxy-0a1b2c3d",
    });
    const { databaseIdentifier } = await outputsWith({ database: { engine: "aurora-mysql" } });
    assert.equal(databaseIdentifier, "orders-database-identifier");
  });

  for (const [what, args, kind] of [
    ["an instance", {}, "instance"],
    ["a cluster", { database: { engine: "aurora-mysql" } }, "cluster"],
    [
      "no database of its own",
      {
        vpc,
        database: {
          existing: {
            instanceIdentifier: "old",
            address: "old.test",
            securityGroupId: "sg-1",
            secretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:old",
          },
        },
      },
      undefined,
    ],
  ] as [string, ProxiedDatabaseArgs, string | undefined][]) {
    it(`hands out its resources by name, among them ${what}`, async () => {
      const graph = await graphOf(() => {
        const { nodes } = new ProxiedDatabase("orders", args);
        const found = Object.entries(nodes).filter(([, resource]) => resource !== undefined);
        return Object.fromEntries(found.map(([name, resource]) => [name, resource.urn]));
      });
      const always = ["proxy", "proxyRole", "proxySecurityGroup", "target"];
      const own = kind === undefined ? [] : [kind, "databaseSecurityGroup"];
      assert.deepEqual(Object.keys(graph.outputs).sort(), [...always, ...own].sort());
      for (const urn of Object.values(graph.outputs)) {
        assert.ok(graph.resources.some((resource) => resource.urn === urn));
      }
    });
  }

  it("lets a client in with one call, its packets and its log-in", async () => {
    const graph = await graphOf(() => {
      const database = new ProxiedDatabase("orders", { users: { reporting: {} } });
      const access = { source: "sg-worker", roleName: "worker-role", user: "reporting" };
      const resources = database.grantAccess("worker", access);
      const imported = ProxiedDatabase.fromAttributes("imported", attributes);
      imported.grantAccess("worker", { source: { cidrIpv4: "10.1.0.0/16" }, roleName: "worker-role" });
      return { count: resources.length };
    });
    assert.equal(graph.outputs.count, 3);
    const policies = graph
      .all("aws:iam/rolePolicy:RolePolicy")
      .filter(({ name }) => name.includes("worker"))
      .sort((one, other) => other.name.localeCompare(one.name));
    assert.deepEqual(
      policies.map(({ name, inputs }) => [name, inputs.role]),
      [
        ["orders-worker-connect", "worker-role"],
        ["imported-worker-connect", "worker-role"],
      ],
    );
    assert.match(policies[0]?.inputs.policy, /reporting-credentials/);
    const rules = graph.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").map(({ name }) => name);
    for (const name of ["orders-sg-worker-to-proxy", "imported-10.1.0.0-16-to-proxy"]) {
      assert.ok(rules.includes(name), rules.join());
    }
  });
});

import assert from "node:assert/strict";
import { ProxiedDatabase, ProxyClientFunction } from "../../components";
import { type Graph, graphOf } from "../../testing";

describe("in the order of creation,", () => {
  let graph: Graph;
  const proxy = () => graph.one("aws:rds/proxy:Proxy");
  const instance = () => graph.one("aws:rds/instance:Instance");
  const target = () => graph.one("aws:rds/proxyTarget:ProxyTarget");

  before(async () => {
    graph = await graphOf(() => {
      const database = new ProxiedDatabase("sample");
      const reader = new ProxyClientFunction("read", { database, callbackFactory: () => () => Promise.resolve([]) });
      return { rows: reader.invokeOnDeploy().result };
    });
  });

  it("the proxy does not wait for the database, nor the database for the proxy", () => {
    assert.equal(graph.waitsFor(proxy(), instance()), false);
    assert.equal(graph.waitsFor(instance(), proxy()), false);
  });

  it("the proxy waits for its role's policy", () => {
    assert.ok(graph.waitsFor(proxy(), graph.one("aws:iam/rolePolicy:RolePolicy", "sample-proxy")));
  });

  it("the target waits for the database, the secret's value and every rule between proxy and database", () => {
    assert.ok(graph.waitsFor(target(), instance()));
    assert.ok(
      graph.waitsFor(target(), graph.one("aws:secretsmanager/secretVersion:SecretVersion", "sample-credentials")),
    );
    for (const [type, name] of [
      ["Egress", "sample-proxy-to-anywhere"],
      ["Ingress", "sample-proxy-to-database"],
      ["Egress", "sample-database-to-anywhere"],
    ]) {
      assert.ok(
        graph.waitsFor(target(), graph.one(`aws:vpc/securityGroup${type}Rule:SecurityGroup${type}Rule`, name)),
        name,
      );
    }
  });

  it("the function waits for neither the database nor the target", () => {
    const lambda = graph.one("aws:lambda/function:Function", "read-function");
    assert.equal(graph.waitsFor(lambda, target()), false);
    assert.equal(graph.waitsFor(lambda, instance()), false);
  });

  it("an invocation waits for the target, the way to the proxy and to the secret, and the function's grants", () => {
    const invocation = graph.one("aws:lambda/invocation:Invocation", "read-on-deploy");
    assert.ok(graph.waitsFor(invocation, target()));
    for (const [type, name] of [
      ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "sample-read-to-proxy"],
      ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "sample-read-to-secretsmanager"],
      ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "read-function-to-anywhere"],
      ["aws:iam/rolePolicy:RolePolicy", "sample-read-connect"],
      ["aws:ec2/vpcEndpoint:VpcEndpoint", "sample-secretsmanager"],
    ] as const) {
      assert.ok(graph.waitsFor(invocation, graph.one(type, name)), name);
    }
  });

  it("a function's group is deleted before the role's policy, with which Lambda removes its network interfaces", () => {
    const group = graph.one("aws:ec2/securityGroup:SecurityGroup", "read-function");
    assert.ok(graph.waitsFor(group, graph.one("aws:iam/rolePolicy:RolePolicy", "read-function")));
  });
});

import assert from "node:assert/strict";
import { ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "../../../components";
import { type Graph, graphOf } from "../../../testing";

interface Rule {
  group: string;
  protocol: string;
  ports: string;
  peer: string;
}

function rules(graph: Graph, type: "Ingress" | "Egress"): Rule[] {
  return graph
    .all(`aws:vpc/securityGroup${type}Rule:SecurityGroup${type}Rule`)
    .map(({ inputs }) => ({
      group: inputs.securityGroupId,
      protocol: inputs.ipProtocol,
      ports: inputs.fromPort === undefined ? "all" : `${inputs.fromPort}-${inputs.toPort}`,
      peer: inputs.referencedSecurityGroupId ?? inputs.cidrIpv4,
    }))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

function program(bastion: boolean) {
  const database = new ProxiedDatabase("sample", { defaultUser: "admin", bastion });
  new ProxyClientFunction("read", { database, callbackFactory: () => () => Promise.resolve([]) });
  return {};
}

const mysql = { protocol: "tcp", ports: "3306-3306" };
const anywhere = { protocol: "-1", ports: "all", peer: "0.0.0.0/0" };

describe("security groups", () => {
  let standard: Graph;
  let withBastion: Graph;
  before(async () => {
    standard = await graphOf(() => program(false));
    withBastion = await graphOf(() => program(true));
  });

  it("let packets in only from function to proxy, from proxy to database, and from both to Secrets Manager", () => {
    const graph = standard;
    assert.deepEqual(rules(graph, "Ingress"), [
      { group: "sample-database-id", ...mysql, peer: "sample-proxy-id" },
      { group: "sample-proxy-id", ...mysql, peer: "read-function-id" },
      { group: "sample-secretsmanager-id", protocol: "tcp", ports: "443-443", peer: "read-function-id" },
      { group: "sample-secretsmanager-id", protocol: "tcp", ports: "443-443", peer: "sample-proxy-id" },
    ]);
  });

  it("let function, proxy and database send anything anywhere, and the endpoint nothing", () => {
    const graph = standard;
    assert.deepEqual(rules(graph, "Egress"), [
      { group: "read-function-id", ...anywhere },
      { group: "sample-database-id", ...anywhere },
      { group: "sample-proxy-id", ...anywhere },
    ]);
  });

  it("let only what is needed out of proxy and database when the program says so", async () => {
    const graph = await graphOf(() => {
      new ProxiedDatabase("sample", { defaultUser: "admin", egress: "needed", database: { port: 3310 } });
      return {};
    });
    assert.deepEqual(rules(graph, "Egress"), [
      { group: "sample-proxy-id", protocol: "tcp", ports: "3310-3310", peer: "sample-database-id" },
      { group: "sample-proxy-id", protocol: "tcp", ports: "443-443", peer: "sample-secretsmanager-id" },
    ]);
    const target = graph.one("aws:rds/proxyTarget:ProxyTarget");
    for (const rule of graph.all("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")) {
      assert.ok(graph.waitsFor(target, rule), rule.name);
    }
  });

  it("let only what is needed out of a function when the program says so", async () => {
    const egressOf = async (args: ProxiedDatabaseArgs, user?: string) => {
      const graph = await graphOf(() => {
        const database = new ProxiedDatabase("sample", { defaultUser: "admin", ...args });
        const callback = () => Promise.resolve([]);
        new ProxyClientFunction("read", { database, callback, user, egress: "needed" }).invokeOnDeploy();
        return {};
      });
      for (const rule of graph.all("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")) {
        if (!rule.name.startsWith("read-")) continue;
        assert.ok(graph.waitsFor(graph.one("aws:lambda/invocation:Invocation"), rule), rule.name);
      }
      return rules(graph, "Egress")
        .filter(({ group }) => group === "read-function-id")
        .map(({ ports, peer }) => `${ports} ${peer}`);
    };
    const existing = { vpc: { vpcId: "vpc-9", subnetIds: ["subnet-1", "subnet-2"] } };
    assert.deepEqual(await egressOf({}), ["3306-3306 sample-proxy-id", "443-443 sample-secretsmanager-id"]);
    assert.deepEqual(await egressOf({ auth: "iam" }), ["3306-3306 sample-proxy-id"]);
    assert.deepEqual(await egressOf(existing), ["3306-3306 sample-proxy-id", "443-443 0.0.0.0/0"]);
    assert.deepEqual(await egressOf({ users: { app: { auth: "iam" } } }, "app"), ["3306-3306 sample-proxy-id"]);
  });

  it("let the bastion into the database and nothing into the bastion", () => {
    const graph = withBastion;
    assert.deepEqual(
      rules(graph, "Ingress").filter(({ group, peer }) => `${group} ${peer}`.includes("bastion")),
      [{ group: "sample-database-id", ...mysql, peer: "sample-bastion-id" }],
    );
  });

  it("have no inline rules, which would conflict with the rules that are resources", () => {
    const graph = withBastion;
    const groups = graph.all("aws:ec2/securityGroup:SecurityGroup");
    assert.equal(groups.length, 5);
    for (const { inputs } of groups) assert.deepEqual([inputs.ingress, inputs.egress], [undefined, undefined]);
  });

  it("are different for each resource", () => {
    const graph = standard;
    const used = [
      graph.one("aws:rds/instance:Instance").inputs.vpcSecurityGroupIds,
      graph.one("aws:rds/proxy:Proxy").inputs.vpcSecurityGroupIds,
      graph.one("aws:lambda/function:Function").inputs.vpcConfig.securityGroupIds,
      graph.one("aws:ec2/vpcEndpoint:VpcEndpoint").inputs.securityGroupIds,
    ];
    assert.deepEqual(used, [
      ["sample-database-id"],
      ["sample-proxy-id"],
      ["read-function-id"],
      ["sample-secretsmanager-id"],
    ]);
  });

  it("describe every rule in plain English", () => {
    const graph = withBastion;
    const described = graph.resources.filter(({ type }) => /securityGroup(Ingress|Egress)Rule/.test(type));
    assert.equal(described.length, 9);
    for (const { inputs } of described) {
      assert.match(inputs.description, /^(MySQL|HTTPS) from \S+|^All outbound traffic$/);
    }
  });
});

import assert from "node:assert/strict";
import { ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "../../../components";
import { type Graph, graphOf } from "../../../testing";
import { existing, vpc } from "../../support/existing";

const graphWith = (args: ProxiedDatabaseArgs) =>
  graphOf(() => {
    const database = new ProxiedDatabase("sample", { vpc, username: "app", defaultUser: "app", ...args });
    const reader = new ProxyClientFunction("read", { database, callback: () => Promise.resolve([]) });
    return { rows: reader.invokeOnDeploy().result, endpoint: database.databaseEndpoint };
  });

describe("a database that exists already", () => {
  let graph: Graph;
  before(async () => {
    graph = await graphWith({ database: { existing } });
  });

  it("gets a proxy, and no resource of a database", () => {
    for (const type of [
      "aws:rds/instance:Instance",
      "aws:rds/subnetGroup:SubnetGroup",
      "aws:rds/parameterGroup:ParameterGroup",
      "aws:secretsmanager/secret:Secret",
      "random:index/randomPassword:RandomPassword",
    ]) {
      assert.deepEqual(graph.all(type), [], type);
    }
    assert.equal(graph.one("aws:rds/proxyTarget:ProxyTarget").inputs.dbInstanceIdentifier, "orders");
    assert.equal(graph.outputs.endpoint, existing.address);
  });

  it("keeps its secret, with which the proxy and the functions log in", () => {
    assert.equal(graph.one("aws:rds/proxy:Proxy").inputs.auths[0].secretArn, existing.secretArn);
    const { variables } = graph.one("aws:lambda/function:Function").inputs.environment;
    assert.deepEqual([variables.DB_USER, variables.DB_SECRET_ARN], ["app", existing.secretArn]);
  });

  it("lets the proxy into its own security group, whose other rules do not change", () => {
    const rule = graph.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "sample-proxy-to-database");
    assert.deepEqual(
      [rule.inputs.securityGroupId, rule.inputs.referencedSecurityGroupId],
      [existing.securityGroupId, "sample-proxy-id"],
    );
    assert.ok(graph.waitsFor(graph.one("aws:rds/proxyTarget:ProxyTarget"), rule));
    const touching = graph.resources.filter(({ inputs }) => inputs.securityGroupId === existing.securityGroupId);
    assert.deepEqual(touching, [rule]);
  });

  it("may be a cluster, and may listen on another port", async () => {
    const cluster = await graphWith({
      database: { existing: { ...existing, instanceIdentifier: undefined, clusterIdentifier: "orders", port: 3310 } },
    });
    const { inputs } = cluster.one("aws:rds/proxyTarget:ProxyTarget");
    assert.deepEqual([inputs.dbClusterIdentifier, inputs.dbInstanceIdentifier], ["orders", undefined]);
    const rule = cluster.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "sample-proxy-to-database");
    assert.equal(rule.inputs.toPort, 3310);
  });

  it("may have a secret that is encrypted with a key of its own", async () => {
    const kmsKeyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/own";
    const encrypted = await graphWith({ database: { existing: { ...existing, kmsKeyArn } } });
    for (const name of ["sample-proxy", "sample-read-connect"]) {
      const { Statement } = JSON.parse(encrypted.one("aws:iam/rolePolicy:RolePolicy", name).inputs.policy);
      assert.deepEqual([Statement[1].Action, Statement[1].Resource], [["kms:Decrypt"], [kmsKeyArn]]);
    }
  });
});

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { policy, Stack } from "../kinds/stack";
import { eventually } from "../support";

describe("the stand-in's API on this machine", function () {
  this.timeout(30_000);
  const stack = new Stack();
  let url: string;

  const proxies = async () => ((await (await fetch(`${url}/`)).json()) as { DBProxies: any[] }).DBProxies;

  before(async () => {
    await stack.open();
    const { dbSubnetGroupName, server, ...network } = await stack.createNetwork();
    const instance = await stack.create("aws:rds/instance:Instance", "db", {
      engine: "mysql",
      instanceClass: "db.t4g.micro",
      username: "admin",
      manageMasterUserPassword: true,
      dbSubnetGroupName,
      vpcSecurityGroupIds: [server],
    });
    const [{ secretArn }] = instance.masterUserSecrets as unknown as [{ secretArn: string }];
    const proxy = await stack.createProxy(network, secretArn);
    await stack.create("aws:rds/proxyTarget:ProxyTarget", "target", {
      dbProxyName: proxy.name,
      targetGroupName: "default",
      dbInstanceIdentifier: instance.identifier,
    });
    url = await stack.account.loopbackApi.open();
  });
  after(() => stack.close());

  it("tells each proxy's targets and metrics under AWS's names", async () => {
    const [proxy, ...others] = await proxies();
    assert.deepEqual(others, []);
    const [target] = proxy.Targets;
    const [[identifier, database] = []] = [...stack.account.rds.databases];
    assert.deepEqual(target, {
      Endpoint: database?.hostNames[0],
      Port: 3306,
      RdsResourceId: identifier,
      Type: "RDS_INSTANCE",
      TargetHealth: { State: "AVAILABLE" },
    });
    // One of the 85 connections is the monitor's.
    assert.equal(proxy.Metrics.MaxDatabaseConnectionsAllowed, 84);
    assert.equal(proxy.Metrics.ClientConnections, 0);
  });

  it("tells why a target is unavailable", async () => {
    const [[, database] = []] = [...stack.account.rds.databases];
    const { proxy } = stack.account.rds.proxy([...stack.account.rds.proxies.keys()][0] ?? "");
    await database?.server.kill();
    await eventually(() => proxy.targetHealth()[0]?.description?.includes("ECONNREFUSED") ?? false);
    const { State, Reason, Description } = (await proxies())[0].Targets[0].TargetHealth;
    assert.deepEqual([State, Reason], ["UNAVAILABLE", "CONNECTION_FAILED"]);
    assert.match(Description, /ECONNREFUSED/);
  });

  it("answers an unknown address with the list of those that it knows", async () => {
    const unknown = await fetch(`${url}/nothing`);
    assert.equal(unknown.status, 404);
    assert.match(((await unknown.json()) as { Message: string }).Message, /GET \//);
    const invocation = await fetch(url + stack.account.loopbackApi.pathOf("unknown"), { method: "POST" });
    assert.equal(invocation.status, 404);
  });

  it("answers 429, as Lambda does, when a function may have no container", async () => {
    const assumeRolePolicy = policy({ Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } });
    const role = await stack.create("aws:iam/role:Role", "off", { assumeRolePolicy });
    const index = new pulumi.asset.StringAsset("exports.handler = async () => 42;");
    const { name = "" } = await stack.create("aws:lambda/function:Function", "off", {
      runtime: "nodejs24.x",
      handler: "index.handler",
      role: role.arn,
      reservedConcurrentExecutions: 0,
      code: new pulumi.asset.AssetArchive({ "index.js": index }),
    });
    const invocation = await fetch(url + stack.account.loopbackApi.pathOf(name), { method: "POST" });
    assert.equal(invocation.status, 429);
  });

  it("closes together with the account", async () => {
    await stack.close();
    await assert.rejects(fetch(url));
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readStackConfig } from "../local/engine/config";
import { programKeys } from "../local/programKeys";
import { type Graph, graphOf } from "../testing";

const root = join(__dirname, "..");

/** Runs this project's program with the configuration of the stack `dev` and some values of its own. */
async function graphWith(values: Record<string, string> = {}, secretConfig: string[] = []): Promise<Graph> {
  const { project, values: all } = await readStackConfig(root, "dev", values, Object.keys(programKeys));
  const prefix = `${project}:`;
  const own = Object.entries(all).filter(([key]) => key.startsWith(prefix));
  const config = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  return graphOf(
    () => {
      // Loading the program runs it, so an earlier test must not have left it in the cache.
      Reflect.deleteProperty(require.cache, require.resolve("../index"));
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would run it once only
      return { ...(require("../index") as object) };
    },
    { project, config, secretConfig },
  );
}

const instanceType = "aws:rds/instance:Instance";
const proxyType = "aws:rds/proxy:Proxy";

describe("the program", () => {
  it("deploys a database, fills it, reads from it and returns the rows", async () => {
    const graph = await graphWith();
    const invocation = (name: string) => graph.one("aws:lambda/invocation:Invocation", `${name}-on-deploy`);
    assert.ok(graph.waitsFor(invocation("read"), invocation("sample-manager")));
    const { migrations } = JSON.parse(invocation("sample-manager").inputs.input);
    assert.deepEqual(Object.keys(migrations), ["001-sample.sql"]);
    assert.deepEqual(graph.outputs.rows, [
      [1, "taro"],
      [2, "hanako"],
    ]);
    assert.match(graph.outputs.bastionCommand, /^no bastion: /);
    assert.deepEqual(graph.secretOutputs, []);
  });

  it("tags its resources with the project and the stack", async () => {
    const { inputs } = (await graphWith()).one(instanceType);
    assert.deepEqual(inputs.tags, { Project: "lambda-rds-proxy", Stack: "test" });
  });

  it("uses the VPC of the configuration, and its subnets", async () => {
    const graph = await graphWith({ vpcId: "vpc-7", subnetIds: '["subnet-1","subnet-2"]' });
    assert.deepEqual(graph.all("awsx:ec2:Vpc"), []);
    assert.deepEqual(graph.one(proxyType).inputs.vpcSubnetIds, ["subnet-1", "subnet-2"]);
  });

  it("creates alarms, and a bastion with its command, if the configuration asks for them", async () => {
    const topicArn = "arn:aws:sns:ap-northeast-1:123456789012:alerts";
    const graph = await graphWith({ alarmTopicArn: topicArn, bastion: "true" });
    assert.deepEqual(graph.all("aws:cloudwatch/metricAlarm:MetricAlarm")[0]?.inputs.alarmActions, [topicArn]);
    assert.match(graph.outputs.bastionCommand, /^aws ssm start-session /);
  });

  it("takes the master password from the configuration, and keeps it secret", async () => {
    const graph = await graphWith({ masterPassword: "correct-horse-battery" }, ["masterPassword"]);
    const { inputs, rawInputs } = graph.one(instanceType);
    assert.equal(inputs.password, "correct-horse-battery");
    assert.notEqual(rawInputs.password, "correct-horse-battery");
    const generated = graph.all("random:index/randomPassword:RandomPassword").map(({ name }) => name);
    assert.deepEqual(generated.sort(), ["sample-app-password", "sample-manager-key"]);
  });

  it("lets RDS manage the master password, if the configuration asks for that", async () => {
    const { inputs } = (await graphWith({ passwordManagedByRds: "true" })).one(instanceType);
    assert.deepEqual([inputs.manageMasterUserPassword, inputs.password], [true, undefined]);
  });

  it("uses the components' defaults where the configuration has no value: it runs with a region alone", async () => {
    const graph = await graphWith();
    const { engine, engineVersion } = graph.one(instanceType).inputs;
    assert.deepEqual([engine, engineVersion], ["mysql", "8.4"]);
    assert.equal(graph.one(proxyType).inputs.auths[0].iamAuth, "DISABLED");
  });

  it("puts a proxy in front of a database that exists, from the configuration alone", async () => {
    const graph = await graphWith({
      vpcId: "vpc-7",
      subnetIds: '["subnet-1","subnet-2"]',
      secretsManagerEndpoint: "true",
      existingDatabase: JSON.stringify({
        instanceIdentifier: "orders",
        address: "orders.test",
        securityGroupId: "sg-7",
        secretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:orders",
      }),
    });
    assert.deepEqual(graph.all(instanceType), []);
    assert.equal(graph.one("aws:rds/proxyTarget:ProxyTarget").inputs.dbInstanceIdentifier, "orders");
    assert.equal(graph.all("aws:ec2/vpcEndpoint:VpcEndpoint").length, 1);
  });

  it("refuses a VPC without its subnets", async () => {
    await assert.rejects(graphWith({ vpcId: "vpc-7" }), /ProxiedDatabase "sample": vpc\.subnetIds is missing, but /);
  });

  it("reads the keys that its help and README list, and no others", () => {
    const text = readFileSync(join(root, "config.ts"), "utf8");
    const read = [...text.matchAll(/(?:config\.get\w*(?:<[^(]*>)?\(|secretText\(config, )"(\w+)"\)/g)]
      .map(([, key = ""]) => key)
      .sort();
    assert.deepEqual(read, Object.keys(programKeys).sort());
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const listed = [...readme.matchAll(/^\| `(\w+)` +\|/gm)].map(([, key = ""]) => key);
    for (const key of read) assert.ok(listed.includes(key), `README does not describe ${key}`);
  });
});

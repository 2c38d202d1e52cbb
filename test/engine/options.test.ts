import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { LocalStack } from "./support/localStack";
import { runShop, type Shop } from "./support/shop";
import { resourcesOf } from "./support/state";

describe("on Pulumi's engine, with the options that Pulumi's users know,", function () {
  this.timeout(120_000);
  const shop: Shop = { database: {}, functions: { orders: "first" } };
  const rows = [
    [1, "taro"],
    [2, "hanako"],
  ];
  let opened: LocalStack | undefined;
  let stack: LocalStack;

  before(async function () {
    opened = await LocalStack.open(() => Promise.resolve(runShop(shop)));
    if (opened === undefined) return this.skip();
    stack = opened;
    await stack.up();
  });
  after(() => opened?.close());

  const urnOf = async (end: string): Promise<string> => {
    const urns = (await resourcesOf(stack.stack)).map(({ urn }) => urn);
    return urns.find((urn) => urn.endsWith(end)) ?? assert.fail(`no ${end} in\n${urns.join("\n")}`);
  };
  /** Types and names of the resources that an operation replaces. */
  const replacedBy = (steps: string[]): string[] =>
    steps.flatMap((step) => /^create-replacement \S+:(.+)/.exec(step)?.[1] ?? []).sort();

  it("--target changes one resource and leaves the others for later", async () => {
    shop.database = { proxy: { maxConnectionsPercent: 50 }, database: { instanceClass: "db.t4g.small" } };
    const target = await urnOf("ProxyDefaultTargetGroup::shop-proxy");
    const group = "update aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup shop-proxy";
    const instance = "update aws:rds/instance:Instance shop-database";
    assert.deepEqual((await stack.preview()).sort(), [instance, group]);
    assert.deepEqual((await stack.up({ target: [target] })).steps, [group]);
    assert.deepEqual(await stack.preview(), [instance]);
    await stack.up();
  });

  it("--replace of the proxy's name makes a new proxy, and everything follows it", async () => {
    const before = (await resourcesOf(stack.stack)).find(({ urn }) => urn.endsWith("Proxy::shop-proxy"))?.id;
    const { steps, outputs } = await stack.up({ replace: [await urnOf("RandomId::shop-proxy-name")] });
    assert.deepEqual(replacedBy(steps), [
      "LogGroup shop-proxy",
      "Proxy shop-proxy",
      "ProxyDefaultTargetGroup shop-proxy",
      "ProxyTarget shop-proxy",
      "RandomId shop-proxy-name",
    ]);
    assert.deepEqual(outputs.orders?.value, ["first", rows]);
    const after = (await resourcesOf(stack.stack)).find(({ urn }) => urn.endsWith("Proxy::shop-proxy"))?.id;
    assert.ok(after !== undefined && after !== before);
    assert.deepEqual(await stack.preview(), []);
  });

  it("--replace of the proxy alone fails as it does on AWS, and the old proxy goes on", async () => {
    const proxy = await urnOf("Proxy::shop-proxy");
    await assert.rejects(stack.up({ replace: [proxy] }), /DBProxyAlreadyExistsFault/);
    assert.deepEqual((await stack.up()).outputs.orders?.value, ["first", rows]);
  });

  it("import takes a proxy that exists into another stack, without a change", async () => {
    const proxy = (await resourcesOf(stack.stack)).find(({ urn }) => urn.endsWith("Proxy::shop-proxy"));
    assert.ok(proxy?.id !== undefined && proxy.inputs !== undefined);
    const { id } = proxy;
    const { name, engineFamily, auths, roleArn, vpcSubnetIds, vpcSecurityGroupIds, requireTls } =
      proxy.inputs as unknown as aws.rds.ProxyArgs;
    const { debugLogging, idleClientTimeout, tags } = proxy.inputs as unknown as aws.rds.ProxyArgs;
    const args = { name, engineFamily, auths, roleArn, vpcSubnetIds, vpcSecurityGroupIds, requireTls };
    const other = await stack.beside("other", () => {
      new aws.rds.Proxy(
        "taken",
        { ...args, debugLogging, idleClientTimeout, tags },
        { import: id, retainOnDelete: true },
      );
      return Promise.resolve({});
    });
    const existing = await stack.existing();
    assert.deepEqual((await other.up()).steps, ["import aws:rds/proxy:Proxy taken"]);
    assert.deepEqual(await other.preview(), []);
    assert.deepEqual(await other.refresh(), []);
    await other.destroy();
    assert.equal(await stack.existing(), existing);
  });

  it("protect keeps a destroy from beginning", async () => {
    const existing = await stack.existing();
    shop.options = { protect: true };
    await stack.up();
    await assert.rejects(stack.destroy({ previewOnly: true }), /protect/);
    assert.equal(await stack.existing(), existing);
    delete shop.options;
    await stack.up();
  });

  it("an alias keeps database, users, secrets and network when the component gets another name", async () => {
    shop.name = "store";
    shop.options = { aliases: [{ name: "shop" }] };
    const plan = await stack.preview();
    assert.deepEqual(
      plan.filter((step) => /^(create|delete) /.test(step)),
      [],
    );
    const isKept = /^(Instance|Secret|SecretVersion|RandomPassword|Role|RolePolicy|Vpc|Subnet|SubnetGroup|Function) /;
    assert.deepEqual(
      replacedBy(plan).filter((resource) => isKept.test(resource)),
      [],
    );
    const databases = [...(await resourcesOf(stack.stack))].filter(({ type }) => type === "aws:rds/instance:Instance");
    assert.deepEqual((await stack.up()).outputs.orders?.value, ["first", rows]);
    assert.deepEqual(await stack.preview(), []);
    const kept = (await resourcesOf(stack.stack)).filter(({ type }) => type === "aws:rds/instance:Instance");
    assert.deepEqual(
      kept.map(({ id }) => id),
      databases.map(({ id }) => id),
    );
    delete shop.name;
    shop.options = { aliases: [{ name: "store" }] };
    await stack.up();
    delete shop.options;
    assert.deepEqual(await stack.preview(), []);
  });

  it("destroy leaves nothing after all that", async () => {
    await stack.destroy();
    assert.equal(await stack.existing(), 0);
  });
});

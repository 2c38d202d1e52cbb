import assert from "node:assert/strict";
import { LocalStack } from "./support/localStack";
import { runNetwork, runShop, type Shop } from "./support/shop";

/** The steps of a resource that a new one takes the place of. */
const replaced = (resource: string) =>
  ["create-replacement", "replace", "delete-replaced"].map((step) => `${step} ${resource}`);
const updated = (...resources: string[]) => resources.map((resource) => `update ${resource}`);
const created = (...resources: string[]) => resources.map((resource) => `create ${resource}`);
const deleted = (...resources: string[]) => resources.map((resource) => `delete ${resource}`);

/** The rules, policies and the like that a function has beside itself, in a VPC with an endpoint for Secrets Manager. */
const ofFunction = (name: string) => [
  `Invocation ${name}-on-deploy`,
  `Function ${name}-function`,
  `LogGroup ${name}-function`,
  `Role ${name}-function`,
  `RolePolicy ${name}-function`,
  `RolePolicy shop-${name}-connect`,
  `SecurityGroup ${name}-function`,
  `SecurityGroupEgressRule ${name}-function-to-anywhere`,
  `SecurityGroupIngressRule shop-${name}-to-proxy`,
  `SecurityGroupIngressRule shop-${name}-to-secretsmanager`,
  `ProxyClientFunction ${name}`,
];

const endpoint = ["SecurityGroup shop-secretsmanager", "VpcEndpoint shop-secretsmanager"];
const rulesToEndpoint = ["proxy", "database-manager", "orders", "bills"].map(
  (client) => `SecurityGroupIngressRule shop-${client}-to-secretsmanager`,
);
const policiesToConnect = ["database-manager", "orders", "bills"].map((client) => `RolePolicy shop-${client}-connect`);
const functions = ["Function shop-manager-function", "Function orders-function", "Function bills-function"];

describe("on Pulumi's engine, a change plans what AWS would do, and then does it:", function () {
  this.timeout(120_000);
  const rows = [
    [1, "taro"],
    [2, "hanako"],
  ];
  const shop: Shop = { database: {}, functions: { orders: "first", bills: "first" } };
  let network: LocalStack | undefined;
  let stack: LocalStack;
  let subnetIds: string[];
  let vpc: { vpcId: string; subnetIds: string[]; secretsManagerEndpoint: true };
  /** How many resources of other stacks exist. */
  let others: number;
  let withoutArchive: number;
  /** The steps of the last change in their order. */
  let steps: string[];

  before(async function () {
    network = await LocalStack.open(runNetwork);
    if (network === undefined) return this.skip();
    const { outputs } = await network.up();
    subnetIds = outputs.subnetIds?.value as string[];
    others = await network.existing();
    vpc = { vpcId: outputs.vpcId?.value as string, subnetIds: subnetIds.slice(0, 2), secretsManagerEndpoint: true };
    shop.database = { vpc, database: { engineVersion: "8.4.5" } };
    stack = await network.beside("shop", () => Promise.resolve(runShop(shop)));
    await stack.up();
  });
  after(() => network?.close());

  /** Plans and makes a change. Every function still reads the rows. */
  async function assertChange(expected: string[]): Promise<void> {
    const short = (list: string[]) => list.map((step) => step.replace(/ \S+:/, " "));
    assert.deepEqual(short(await stack.preview()).sort(), [...expected].sort(), "the plan");
    assert.deepEqual(stack.last.warnings, []);
    const result = await stack.up();
    steps = short(result.steps);
    assert.deepEqual([...steps].sort(), [...expected].sort(), "what happened");
    for (const [name, text] of Object.entries(shop.functions)) {
      assert.deepEqual(result.outputs[name]?.value, [text, rows], name);
    }
  }

  function assertOrder(...some: string[]): void {
    const places = some.map((step) => steps.indexOf(step));
    assert.ok(!places.includes(-1), steps.join("\n"));
    const inOrder = [...places].sort((one, other) => one - other);
    assert.deepEqual(places, inOrder, steps.join("\n"));
  }

  it("nothing", async () => {
    await assertChange([]);
  });

  it("a function's code: the function in place, and its invocation", async () => {
    shop.functions.orders = "second";
    await assertChange([...updated("Function orders-function"), ...replaced("Invocation orders-on-deploy")]);
  });

  it("the proxy's share of connections from 100 to 50 percent: one update", async () => {
    shop.database.proxy = { maxConnectionsPercent: 50 };
    await assertChange(updated("ProxyDefaultTargetGroup shop-proxy"));
  });

  it("the instance class: one update", async () => {
    shop.database.database = { engineVersion: "8.4.5", instanceClass: "db.t4g.small" };
    await assertChange(updated("Instance shop-database"));
  });

  it("the engine's version: one update", async () => {
    shop.database.database = { engineVersion: "8.4.6", instanceClass: "db.t4g.small" };
    await assertChange(updated("Instance shop-database"));
  });

  it("auth to iam: the functions' rights and environment; the way to Secrets Manager goes last", async () => {
    shop.database.auth = "iam";
    await assertChange([
      ...updated("Proxy shop-proxy", ...policiesToConnect, ...functions),
      ...deleted(...rulesToEndpoint, ...endpoint),
    ]);
    assertOrder("update Function orders-function", "delete VpcEndpoint shop-secretsmanager");
  });

  it("auth back to passwords: the way to Secrets Manager comes first", async () => {
    delete shop.database.auth;
    await assertChange([
      ...updated("Proxy shop-proxy", ...policiesToConnect, ...functions),
      ...created(...rulesToEndpoint, ...endpoint),
    ]);
    assertOrder("create VpcEndpoint shop-secretsmanager", "update Function orders-function");
  });

  it("one more subnet: a new proxy before the old one goes, and target and functions follow", async () => {
    shop.database.vpc = { ...vpc, subnetIds };
    await assertChange([
      ...updated("SubnetGroup shop-database", "VpcEndpoint shop-secretsmanager", ...functions),
      ...["RandomId shop-proxy-name", "LogGroup shop-proxy", "Proxy shop-proxy"].flatMap(replaced),
      ...["ProxyDefaultTargetGroup shop-proxy", "ProxyTarget shop-proxy"].flatMap(replaced),
    ]);
    assertOrder(
      "create-replacement LogGroup shop-proxy",
      "create-replacement Proxy shop-proxy",
      "create-replacement ProxyTarget shop-proxy",
      "delete-replaced Proxy shop-proxy",
      "delete-replaced LogGroup shop-proxy",
    );
    assertOrder("update Function orders-function", "delete-replaced Proxy shop-proxy");
  });

  it("the subnets in another order: nothing", async () => {
    shop.database.vpc = { ...vpc, subnetIds: [...subnetIds].reverse() };
    await assertChange([]);
  });

  /** What follows from another list of users. The component is among it because it names its users in previews. */
  const ofUsers = [
    "ProxiedDatabase shop",
    "RolePolicy shop-proxy",
    "Proxy shop-proxy",
    "Invocation shop-manager-on-deploy",
  ];

  it("another user: a password and a secret that the proxy may read, and then the user itself", async () => {
    shop.database.users = { reporting: { grants: "read-only" } };
    await assertChange([
      ...created("RandomPassword shop-reporting-password", "Secret shop-reporting-credentials"),
      ...created("SecretVersion shop-reporting-credentials-initial", "SecretVersion shop-reporting-credentials"),
      ...updated(...ofUsers),
    ]);
  });

  it("without that user: it goes before its secret does", async () => {
    delete shop.database.users;
    await assertChange([
      ...updated(...ofUsers),
      ...deleted("RandomPassword shop-reporting-password", "Secret shop-reporting-credentials"),
      ...deleted("SecretVersion shop-reporting-credentials-initial", "SecretVersion shop-reporting-credentials"),
    ]);
    assertOrder("update Invocation shop-manager-on-deploy", "delete Secret shop-reporting-credentials");
  });

  it("a third function: only what is its own", async () => {
    shop.functions.stock = "first";
    await assertChange(created(...ofFunction("stock")));
  });

  it("without a function: its rules and rights go, and nobody else's change", async () => {
    delete shop.functions.bills;
    await assertChange(deleted(...ofFunction("bills")));
  });

  it("a second database: nothing of the first one changes", async () => {
    withoutArchive = await stack.existing();
    shop.archive = {};
    const plan = await stack.preview();
    assert.deepEqual(
      plan.filter((step) => !/^create \S+ archive\b/.test(step)),
      [],
    );
    assert.ok(plan.length > 50, `${plan.length} steps`);
    const { outputs } = await stack.up();
    assert.deepEqual(outputs.orders?.value, ["second", rows]);
  });

  it("without the second database", async () => {
    delete shop.archive;
    const plan = await stack.preview();
    assert.deepEqual(
      plan.filter((step) => !/^delete \S+ archive\b/.test(step)),
      [],
    );
    await stack.up();
    assert.equal(await stack.existing(), withoutArchive);
  });

  it("another engine: a new database before the old one goes; secrets, target and users follow", async () => {
    shop.database.database = { engine: "mariadb", engineVersion: "11.8", instanceClass: "db.t4g.small" };
    await assertChange([
      ...["ParameterGroup shop-database", "Instance shop-database", "ProxyTarget shop-proxy"].flatMap(replaced),
      ...["SecretVersion shop-credentials", "SecretVersion shop-app-credentials"].flatMap(replaced),
      ...["Invocation orders-on-deploy", "Invocation stock-on-deploy"].flatMap(replaced),
      ...updated("Proxy shop-proxy", "Invocation shop-manager-on-deploy"),
    ]);
    assertOrder(
      "create-replacement Instance shop-database",
      "delete-replaced ProxyTarget shop-proxy",
      "create-replacement ProxyTarget shop-proxy",
      "delete-replaced Instance shop-database",
    );
  });

  it("destroy: what another stack has stays", async () => {
    await stack.destroy();
    assert.equal(await stack.existing(), others);
    assert.deepEqual(await network?.preview(), []);
    assert.deepEqual(await network?.refresh(), []);
  });
});

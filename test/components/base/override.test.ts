import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type Override, override, ProxiedDatabase, ProxyClientFunction } from "../../../components";
import { graphOf } from "../../../testing";

const graphWith = (overrides: Override[]) =>
  graphOf(() => {
    const database = new ProxiedDatabase("sample", { defaultUser: "admin", bastion: true, overrides });
    new ProxyClientFunction("read", { database, callback: () => Promise.resolve([]), overrides });
    return {};
  });

describe("an override", () => {
  it("replaces arguments of the component", async () => {
    const graph = await graphWith([
      override(aws.rds.Instance, { allocatedStorage: 30, performanceInsightsEnabled: true }),
    ]);
    const { inputs } = graph.one("aws:rds/instance:Instance");
    assert.deepEqual([inputs.allocatedStorage, inputs.performanceInsightsEnabled, inputs.engine], [30, true, "mysql"]);
  });

  it("may look at the child's name and at the component's arguments", async () => {
    const graph = await graphWith([
      override(aws.ec2.SecurityGroup, (args, name) =>
        name === "sample-proxy" ? { ...args, description: pulumi.interpolate`${args.description}!` } : args,
      ),
    ]);
    const marked = graph
      .all("aws:ec2/securityGroup:SecurityGroup")
      .filter(({ inputs }) => inputs.description.endsWith("!"));
    assert.deepEqual(
      marked.map(({ name }) => name),
      ["sample-proxy"],
    );
  });

  it("adds options and keeps those of the component", async () => {
    const graph = await graphWith([override(aws.rds.Proxy, {}, { protect: true })]);
    const proxy = graph.one("aws:rds/proxy:Proxy");
    assert.equal(proxy.protect, true);
    assert.match(proxy.parent, /ProxiedDatabase::sample$/);
    assert.ok(graph.waitsFor(proxy, graph.one("aws:iam/rolePolicy:RolePolicy", "sample-proxy")));
  });

  it("is applied after the overrides before it", async () => {
    const graph = await graphWith([
      override(aws.lambda.Function, { memorySize: 512 }),
      override(aws.lambda.Function, (args) => ({ ...args, memorySize: Number(args.memorySize) * 2 })),
    ]);
    assert.equal(graph.one("aws:lambda/function:Function").inputs.memorySize, 1024);
  });

  it("reaches every child, whatever its class", async () => {
    const children = (await graphWith([])).resources.filter(({ custom, type }) => custom || type.startsWith("awsx:"));
    const reached: string[] = [];
    const everyClass = [...new Set(children.map(({ type }) => type))].map((type) =>
      override(classOf(type), (args, name) => {
        reached.push(name);
        return args;
      }),
    );
    await graphWith(everyClass);
    assert.deepEqual(reached.sort(), children.map(({ name }) => name).sort());
  });
});

/** The class of a type token such as `aws:rds/proxy:Proxy`. */
function classOf(type: string): typeof aws.rds.Proxy {
  const [provider = "", path = "", name = ""] = type.split(":");
  const module = path.split("/")[0] ?? "";
  const packages: Record<string, any> = { aws, awsx, random: { index: random } };
  return packages[provider][module][name];
}

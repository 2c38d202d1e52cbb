import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { ProxiedDatabase, ProxyClientFunction } from "../../components";
import { graphOf, type Graph } from "../support/graph";

/** Names of the rules that let clients reach the proxy. */
const rules = (graph: Graph): string[] =>
  graph
    .all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .filter(({ inputs }) => inputs.securityGroupId === "orders-proxy-id")
    .map(({ name }) => name);

const withFunctions = (names: string[], group: () => string | aws.ec2.SecurityGroup, first?: string) =>
  graphOf(() => {
    const database = new ProxiedDatabase("orders");
    const given = group();
    const id = typeof given === "string" ? given : given.id;
    if (first !== undefined) database.allowFrom(first, id);
    for (const name of names) {
      const callback = () => Promise.resolve([]);
      new ProxyClientFunction(name, { database, callback, securityGroupIds: [id] });
    }
    return {};
  });

describe("clients that share a security group", () => {
  it("share its rule, which keeps its name when one of them goes", async () => {
    const both = rules(await withFunctions(["read", "write"], () => "sg-0123"));
    assert.deepEqual(both, ["orders-sg-0123-to-proxy"]);
    assert.deepEqual(rules(await withFunctions(["write"], () => "sg-0123")), both);
  });

  it("may have it let in under a name of its own, where its id is not known yet", async () => {
    const group = () => new aws.ec2.SecurityGroup("workers");
    assert.deepEqual(rules(await withFunctions(["read", "write"], group)), ["orders-read-to-proxy"]);
    assert.deepEqual(rules(await withFunctions(["read", "write"], group, "workers")), ["orders-workers-to-proxy"]);
  });

  it("include clients that are known by a range of addresses", async () => {
    const graph = await graphOf(() => {
      const database = new ProxiedDatabase("orders");
      for (const client of ["office", "printer"]) database.allowFrom(client, { cidrIpv4: "10.1.0.0/16" });
      database.allowFrom("other-office", { cidrIpv6: "2001:db8::/32" });
      return {};
    });
    assert.deepEqual(rules(graph), ["orders-10.1.0.0-16-to-proxy", "orders-2001-db8-32-to-proxy"]);
  });
});

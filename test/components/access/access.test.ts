import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { ProxiedDatabase, ProxyClientFunction, type Source } from "../../../components";
import { type Graph, graphOf } from "../../../testing";
import { attributes } from "../../support/attributes";
import { assertRefused } from "../../support/refusals";
import type { Refusal } from "../refusals/row";

/** Names of the rules that let clients reach the proxy. */
const rules = (graph: Graph): string[] =>
  graph
    .all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .filter(({ inputs }) => inputs.securityGroupId === "orders-proxy-id")
    .map(({ name }) => name);

const withFunctions = (names: string[], group: () => string | aws.ec2.SecurityGroup, first?: string) =>
  graphOf(() => {
    const database = new ProxiedDatabase("orders", { defaultUser: "admin" });
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
  it("share one rule, which keeps its name when one of the clients goes", async () => {
    const both = rules(await withFunctions(["read", "write"], () => "sg-0123"));
    assert.deepEqual(both, ["orders-sg-0123-to-proxy"]);
    assert.deepEqual(rules(await withFunctions(["write"], () => "sg-0123")), both);
  });

  it("get in under a name of the group's own where its id is not known yet", async () => {
    const group = () => new aws.ec2.SecurityGroup("workers");
    assert.deepEqual(rules(await withFunctions(["read", "write"], group)), ["orders-read-to-proxy"]);
    assert.deepEqual(rules(await withFunctions(["read", "write"], group, "workers")), ["orders-workers-to-proxy"]);
  });

  it("may also be clients in a range of addresses", async () => {
    const graph = await graphOf(() => {
      const database = new ProxiedDatabase("orders", { defaultUser: "admin" });
      for (const client of ["office", "printer"]) database.allowFrom(client, { cidrIpv4: "10.1.0.0/16" });
      database.allowFrom("other-office", { cidrIpv6: "2001:db8::/32" });
      return {};
    });
    assert.deepEqual(rules(graph), ["orders-10.1.0.0-16-to-proxy", "orders-2001-db8-32-to-proxy"]);
  });
});

describe("the database refuses in one sentence", () => {
  const refusals: [client: string, source: string | Source, ...Refusal][] = [
    ["the office", "sg-1", 'the name of a client is "the office"', "use up to 64 letters, digits, hyphens"],
    ["office", { cidrIpv4: "10.1.2.3/16" }, 'the range of office is "10.1.2.3/16"', 'use "10.1.0.0/16"'],
    ["office", { cidrIpv4: "10.1.0.0" }, 'the range of office is "10.1.0.0"', 'such as "10.1.0.0/16"'],
    ["office", { cidrIpv4: "10.1.0.0/33" }, 'the range of office is "10.1.0.0/33"', 'such as "10.1.0.0/16"'],
    ["office", { cidrIpv4: "::/0" }, 'the range of office is "::/0"', 'such as "10.1.0.0/16"'],
    ["office", { cidrIpv6: "2001:0DB8::/32" }, 'the range of office is "2001:0DB8::/32"', 'use "2001:db8::/32"'],
    ["office", { cidrIpv6: "10.1.0.0/16" }, 'the range of office is "10.1.0.0/16"', 'such as "2001:db8::/32"'],
  ];
  /** A value that TypeScript refuses and JavaScript does not. */
  const untyped = (source: unknown) => source as Source;
  refusals.push(
    ["office", "10.1.0.0/16", 'the group of office is "10.1.0.0/16"', "give a range as { cidrIpv4 }"],
    ["office", untyped(undefined), "the group of office is missing", "the id of a security group"],
    ["office", untyped({ cidrIpv4: 10 }), "the range of office is 10", 'such as "10.1.0.0/16"'],
  );
  for (const [client, source, ...sentence] of refusals) {
    it(`${client} from ${JSON.stringify(source)}`, async () => {
      const graph = await graphOf(() => {
        const database = new ProxiedDatabase("orders", { defaultUser: "admin" });
        assertRefused(() => database.allowFrom(client, source), 'ProxiedDatabase "orders"', sentence);
        return {};
      });
      assert.deepEqual(rules(graph), []);
    });
  }

  it("a client whose name cannot be part of a policy's name", async () => {
    await graphOf(() => {
      const database = new ProxiedDatabase("orders", { defaultUser: "admin" });
      const refusal: Refusal = ['the name of a client is "a b"', "use up to 64 letters"];
      assertRefused(() => database.grantConnect("a b", "role"), 'ProxiedDatabase "orders"', refusal);
      return {};
    });
  });

  it("a grant for a user whom the database does not know", async () => {
    await graphOf(() => {
      const database = new ProxiedDatabase("orders", { users: { app: {} } });
      const refusal: Refusal = ['the user of office is "somebody"', 'one of "admin", "app"'];
      assertRefused(() => database.grantConnect("office", "role", "somebody"), 'ProxiedDatabase "orders"', refusal);
      return {};
    });
  });

  it("a client of another stack's database whose name no resource can have", () => {
    assertRefused(() => ProxiedDatabase.fromAttributes("my_orders", attributes), 'ImportedDatabase "my_orders"', [
      'name is "my_orders"',
      "use up to 32 letters, digits and single hyphens",
    ]);
  });
});

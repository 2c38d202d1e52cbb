import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentError, ProxiedDatabase, ProxyClientFunction, type ProxyClientFunctionArgs } from "../../components";
import { graphOf, type GraphOptions } from "../../testing";
import { attributes } from "../support/attributes";
import { assertRefused, assertSentence, inBrief } from "../support/refusals";
import { databaseRefusals } from "./refusals/database";
import { functionRefusals } from "./refusals/functions";
import type { Refusal } from "./refusals/row";
import { settingsRefusals } from "./refusals/settings";

const callbackFactory = () => () => Promise.resolve([]);
const badNames = ["", "1st", "under_score", "double--hyphen", "end-", "ünicode", "n".repeat(33)];

describe("ProxiedDatabase refuses in one sentence, before it registers anything,", () => {
  for (const [what, rows] of Object.entries({ ...databaseRefusals, ...settingsRefusals })) {
    describe(`${what} with`, () => {
      for (const [args, ...refusal] of rows) {
        it(inBrief(args), async () => {
          const graph = await graphOf(() => {
            assertRefused(() => new ProxiedDatabase("sample", args), 'ProxiedDatabase "sample"', refusal, args);
            return {};
          });
          assert.deepEqual(graph.resources, []);
        });
      }
    });
  }

  for (const name of badNames) {
    it(`the name "${name}"`, () => {
      const refusal: Refusal = [
        `name is "${name}"`,
        "up to 32 letters, digits and single hyphens, beginning with a letter",
      ];
      assertRefused(() => new ProxiedDatabase(name), `ProxiedDatabase "${name}"`, refusal);
    });
  }

  it("the name of another ProxiedDatabase in the same program", () =>
    graphOf(() => {
      new ProxiedDatabase("sample");
      const refusal: Refusal = ['name is "sample"', "choose another one"];
      assertRefused(() => new ProxiedDatabase("sample"), 'ProxiedDatabase "sample"', refusal);
      const parent = new pulumi.ComponentResource("test:index:Group", "group");
      return { second: new ProxiedDatabase("sample", {}, { parent }).urn };
    }));

  it("a name with capitals, which the provider refuses for a proxy", () => {
    const refusal: Refusal = ['name is "Orders-EU"', 'use "orders-eu"'];
    assertRefused(() => new ProxiedDatabase("Orders-EU"), 'ProxiedDatabase "Orders-EU"', refusal);
  });

  for (const name of ["sg", "sg-orders"]) {
    it(`the name "${name}", since the names of its security groups would begin like ids`, () => {
      const refusal: Refusal = [`name is "${name}"`, "may begin with sg-: choose another one"];
      assertRefused(() => new ProxiedDatabase(name), `ProxiedDatabase "${name}"`, refusal);
    });
  }
});

describe("ProxyClientFunction refuses in one sentence, before it registers anything,", () => {
  for (const [args, ...refusal] of functionRefusals) {
    it(inBrief(args), async () => {
      const graph = await graphOf(() => {
        const database = ProxiedDatabase.fromAttributes("sample", attributes);
        const create = () =>
          new ProxyClientFunction("read", { database, callbackFactory, ...args } as ProxyClientFunctionArgs);
        assertRefused(create, 'ProxyClientFunction "read"', refusal);
        return {};
      });
      assert.deepEqual(
        graph.resources.map(({ type }) => type),
        ["lambda-rds-proxy:index:ImportedDatabase"],
      );
    });
  }

  it("the groups of a database whose ids are not known yet", async () => {
    await graphOf(() => {
      const database = new ProxiedDatabase("sample");
      const securityGroupIds = [database.attributes.proxySecurityGroupId];
      assertRefused(
        () => new ProxyClientFunction("read", { database, callbackFactory, securityGroupIds }),
        'ProxyClientFunction "read"',
        ["securityGroupIds is [an output]", "give the function its own"],
      );
      return {};
    });
  });

  for (const group of ["sg-proxy", "sg-database"]) {
    it(`anything else in the group ${group}`, async () => {
      const graph = await graphOf(() => {
        const database = ProxiedDatabase.fromAttributes("sample", attributes);
        assertRefused(() => database.allowFrom("worker", group), 'ImportedDatabase "sample"', [
          `the group of worker is "${group}"`,
          "give the client a group of its own",
        ]);
        return {};
      });
      assert.deepEqual(graph.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"), []);
    });
  }

  for (const name of badNames) {
    it(`the name "${name}"`, () =>
      graphOf(() => {
        const database = ProxiedDatabase.fromAttributes("sample", attributes);
        const refusal: Refusal = [`name is "${name}"`, "digits and single hyphens"];
        const create = () => new ProxyClientFunction(name, { database, callbackFactory });
        assertRefused(create, `ProxyClientFunction "${name}"`, refusal);
        return {};
      }));
  }

  it('the name "sg-read", since the name of its security group would begin like an id', () =>
    graphOf(() => {
      const database = ProxiedDatabase.fromAttributes("sample", attributes);
      const create = () => new ProxyClientFunction("sg-read", { database, callbackFactory });
      assertRefused(create, 'ProxyClientFunction "sg-read"', ['name is "sg-read"', "choose another one"]);
      return {};
    }));
});

describe("a mistake in an output is refused in the same sentence, before it is deployed:", () => {
  const assertRefusedLater = (create: () => ProxiedDatabase, options: GraphOptions, refusal: Refusal) =>
    assert.rejects(
      graphOf(() => {
        const { databaseEndpoint, proxyEndpoint } = create();
        return { databaseEndpoint, proxyEndpoint };
      }, options),
      (error: Error) => {
        assert.equal(error.name, ArgumentError.name);
        // Without the name of the property that Pulumi would write before the sentence.
        assertSentence(error.message, 'ProxiedDatabase "sample"', refusal);
        return true;
      },
    );

  for (const [how, password, advice] of [
    ["short", "short", "8 to 41 printable ASCII characters"],
    ["illegal", "with/slash", "printable ASCII characters other than"],
    ["weak", "aaaaaaaa", "can be guessed"],
  ] as const) {
    it(`a password that is ${how} and comes as an output`, () =>
      assertRefusedLater(
        () => new ProxiedDatabase("sample", { credentials: { password: pulumi.secret(password) } }),
        {},
        ["credentials.password is a value that is not shown here", advice],
      ));
  }

  const zones = (...ids: string[]): GraphOptions => ({
    calls: {
      "aws:ec2/getSubnet:getSubnet": ({ id }) => ({
        id,
        availabilityZoneId: ids[Number(id.slice(-1)) - 1],
        mapPublicIpOnLaunch: false,
      }),
    },
  });
  const inSubnets = (...subnetIds: pulumi.Input<string>[]) =>
    new ProxiedDatabase("sample", { vpc: { vpcId: "vpc-1", subnetIds } });

  it("subnets that are all in one zone", () =>
    assertRefusedLater(() => inSubnets("subnet-1", pulumi.output("subnet-2")), zones("apne1-az1", "apne1-az1"), [
      'vpc.subnetIds is ["subnet-1 in apne1-az1", "subnet-2 in apne1-az1"]',
      "at least two availability zones",
    ]));

  it("subnets in two zones, of which RDS Proxy supports one", () =>
    assertRefusedLater(() => inSubnets("subnet-1", "subnet-2"), zones("use1-az1", "use1-az3"), [
      'vpc.subnetIds is ["subnet-1 in use1-az1", "subnet-2 in use1-az3"]',
      "it does not support use1-az3 and usw1-az2): add one in another zone",
    ]));
});

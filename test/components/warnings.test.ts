import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { override, ProxiedDatabase, type ProxiedDatabaseArgs } from "../../components";
import { graphOf, type GraphOptions } from "../../testing";
import { vpc } from "../support/existing";

const alarms = { topicArn: "arn:aws:sns:ap-northeast-1:123456789012:alerts" };
const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();

/** The warnings of a preview, and the resources that they are about. */
async function warningsOf(
  args: ProxiedDatabaseArgs,
  use: (database: ProxiedDatabase) => void = () => undefined,
  options: GraphOptions = {},
): Promise<string[]> {
  const { warnings } = await graphOf(
    () => {
      const database = new ProxiedDatabase("sample", { defaultUser: "admin", ...args });
      use(database);
      return {};
    },
    { preview: true, ...options },
  );
  return warnings.map(({ message, resource }) => {
    assert.ok(resource instanceof ProxiedDatabase, `says whom it concerns: ${message}`);
    return message;
  });
}

/** Two subnets, the second of which is public. */
const publicSubnet: GraphOptions = {
  calls: {
    "aws:ec2/getSubnet:getSubnet": ({ id }) => ({
      id,
      availabilityZoneId: `apne1-az${id.slice(-1)}`,
      mapPublicIpOnLaunch: id === "subnet-2",
    }),
  },
};

describe("warnings at preview", () => {
  for (const [what, args, warning] of [
    [
      "clients without TLS",
      { proxy: { requireTls: false } },
      /^proxy\.requireTls is false, .* unencrypted: leave it out/,
    ],
    ["debug logging", { proxy: { debugLogging: true } }, /^proxy\.debugLogging writes every statement/],
    ["debug logging until later", { proxy: { debugLogging: { until: inDays(1) } } }, /^proxy\.debugLogging writes/],
    [
      "a version in Extended Support",
      { database: { engineVersion: "8.0.43", extendedSupport: true } },
      /bills Extended Support for MySQL 8\.0/,
    ],
    [
      "a version that AWS does not list for RDS Proxy",
      { database: { engineVersion: "9.7" } },
      /^AWS does not list version 9\.7 among those that RDS Proxy works with: see https:/,
    ],
    [
      "a version of Aurora that AWS does not list for RDS Proxy",
      { database: { engine: "aurora-mysql", engineVersion: "8.4" } },
      /^AWS does not list version 8\.4 .*Feature\.RDS_Proxy\.html/,
    ],
    [
      "an override that changes nothing",
      { overrides: [override(aws.rds.Cluster, { storageType: "aurora-iopt1" })] },
      /^An override of Cluster changes nothing, since the component creates no such resource: remove it\./,
    ],
    [
      "parameters that wait for a restart",
      { database: { parameters: { performance_schema: "1", max_connections: "50", tls_version: "TLSv1.3" } } },
      /takes up database\.parameters\.performance_schema, database\.parameters\.tls_version when it restarts: .*reboot-db-instance/,
    ],
    [
      "an alarm that counts connections that may be idle",
      { alarms, proxy: { maxConnectionsPercent: 50, maxIdleConnectionsPercent: 45 } },
      /^alarms\.connectionsPercent is 80, but the proxy keeps up to 90 percent .* lower proxy\.maxIdleConnectionsPercent/,
    ],
  ] as [string, ProxiedDatabaseArgs, RegExp][]) {
    it(`are about ${what}`, async () => {
      const found = await warningsOf(args);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", warning);
    });
  }

  it("are about functions that cannot reach Secrets Manager, unless they have a way or need none", async () => {
    const none = () => {
      // Pulumi reads the error of a provider from this property.
      throw Object.assign(new Error(), { details: "no matching EC2 VPC Endpoint found" });
    };
    const route = (target: object) => ({ routes: [{ cidrBlock: "0.0.0.0/0", ...target }] });
    const found = (endpoint: object | (() => object), routes: object, args: ProxiedDatabaseArgs = {}) =>
      warningsOf({ vpc, ...args }, undefined, {
        calls: {
          "aws:ec2/getVpcEndpoint:getVpcEndpoint": endpoint,
          "aws:ec2/getRouteTable:getRouteTable": routes,
        },
      });
    const [warning] = await found(none, route({ gatewayId: "igw-1" }));
    assert.match(
      warning ?? "",
      /no way to Secrets Manager.* set vpc\.secretsManagerEndpoint to true, or use auth "iam"\.$/,
    );
    assert.equal((await found(none, { routes: [] })).length, 1);
    assert.deepEqual(await found(none, route({ natGatewayId: "nat-1" })), []);
    assert.deepEqual(await found({ id: "vpce-1" }, { routes: [] }), []);
    assert.deepEqual(await found(none, { routes: [] }, { auth: "iam" }), []);
    assert.deepEqual(await found(none, {}), []);
    assert.deepEqual(await found({}, { routes: [] }), []);
  });

  it("are about each public subnet, by its id", async () => {
    const found = await warningsOf({ vpc }, undefined, publicSubnet);
    assert.equal(found.length, 1);
    assert.match(found[0] ?? "", /^Subnet subnet-2 is a public one\..* use private or isolated subnets\.$/);
  });

  for (const range of [{ cidrIpv4: "0.0.0.0/0" }, { cidrIpv6: "::/0" }]) {
    it(`are about clients from ${Object.values(range).join()}`, async () => {
      const found = await warningsOf({}, (database) => database.allowFrom("office", range));
      assert.equal(found.length, 1);
      assert.match(
        found[0] ?? "",
        /^office lets any address reach the proxy: name a range, or better a security group\.$/,
      );
    });
  }

  for (const [what, args] of [
    ["the defaults", {}],
    ["private subnets", { vpc }],
    ["debug logging that is over", { proxy: { debugLogging: { until: inDays(-1) } } }],
    ["the newest Aurora MySQL, whose version begins with 8.0 too", { database: { engine: "aurora-mysql" } }],
    ["alarms above the number of connections that may be idle", { alarms: { ...alarms, connectionsPercent: 50 } }],
    ["a durable database", { durability: "durable", auth: "iam" }],
  ] as [string, ProxiedDatabaseArgs][]) {
    it(`are not about ${what}`, async () => {
      assert.deepEqual(await warningsOf(args), []);
    });
  }

  it("are not about a range of addresses", async () => {
    assert.deepEqual(await warningsOf({}, (database) => database.allowFrom("office", { cidrIpv4: "10.1.0.0/16" })), []);
  });
});

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ProxiedDatabase, type ProxiedDatabaseArgs } from "../../../components";
import { type Graph, graphOf, type GraphOptions } from "../../../testing";

const graphWith = (args: ProxiedDatabaseArgs, options?: GraphOptions) =>
  graphOf(() => {
    new ProxiedDatabase("sample", { defaultUser: "admin", ...args });
    return {};
  }, options);

const proxy = (graph: Graph) => graph.one("aws:rds/proxy:Proxy");
const pool = (graph: Graph) =>
  graph.one("aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup").inputs.connectionPoolConfig;

describe("the proxy", () => {
  it("accepts every setting that RDS Proxy has", async () => {
    const graph = await graphWith({
      proxy: {
        requireTls: false,
        idleClientTimeout: 60,
        maxConnectionsPercent: 80,
        maxIdleConnectionsPercent: 10,
        connectionBorrowTimeout: 20,
        sessionPinningFilters: ["EXCLUDE_VARIABLE_SETS"],
        initQuery: "SET time_zone = '+00:00'",
      },
    });
    const { requireTls, idleClientTimeout } = proxy(graph).inputs;
    assert.deepEqual([requireTls, idleClientTimeout], [false, 60]);
    assert.deepEqual(pool(graph), {
      maxConnectionsPercent: 80,
      maxIdleConnectionsPercent: 10,
      connectionBorrowTimeout: 20,
      sessionPinningFilters: ["EXCLUDE_VARIABLE_SETS"],
      initQuery: "SET time_zone = '+00:00'",
    });
  });

  it("writes to a log group that exists before it, has its future name, and keeps logs for 14 days", async () => {
    const graph = await graphWith({});
    const logGroup = graph.one("aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(
      [logGroup.inputs.name, logGroup.inputs.retentionInDays],
      [`/aws/rds/proxy/${proxy(graph).inputs.name}`, 14],
    );
    assert.ok(graph.waitsFor(proxy(graph), logGroup));
    const longer = await graphWith({ proxy: { logRetentionInDays: 365 } });
    assert.equal(longer.one("aws:cloudwatch/logGroup:LogGroup").inputs.retentionInDays, 365);
  });

  it("has another name where AWS would replace it, so that Pulumi can create the new one first", async () => {
    const keepers = async (subnetIds: string[]) =>
      (await graphWith({ vpc: { vpcId: "vpc-9", subnetIds } })).one(
        "random:index/randomId:RandomId",
        "sample-proxy-name",
      ).inputs.keepers;
    assert.notDeepEqual(await keepers(["subnet-1", "subnet-2"]), await keepers(["subnet-1", "subnet-3"]));
    // For AWS these are the same subnets, so it replaces nothing.
    assert.deepEqual(await keepers(["subnet-1", "subnet-2"]), await keepers(["subnet-2", "subnet-1"]));
  });

  it("gives up its target before it gets the new one, since it has room for one", async () => {
    const graph = await graphWith({});
    const { deleteBeforeReplace } = graph.one("aws:rds/proxyTarget:ProxyTarget");
    assert.equal(deleteBeforeReplace, true);
    assert.equal(proxy(graph).deleteBeforeReplace, false);
  });

  it("can be reached by IPv6, in a VPC that has it, and may send by IPv6, as functions may", async () => {
    const vpc = { vpcId: "vpc-9", subnetIds: ["subnet-1", "subnet-2"] };
    const graph = await graphWith({ vpc, proxy: { networkType: "DUAL", targetNetworkType: "IPV6" } });
    const { endpointNetworkType, targetConnectionNetworkType } = proxy(graph).inputs;
    assert.deepEqual([endpointNetworkType, targetConnectionNetworkType], ["DUAL", "IPV6"]);
    const egress = graph.one(
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "sample-proxy-to-anywhere-ipv6",
    );
    assert.equal(egress.inputs.cidrIpv6, "::/0");
  });

  describe("with debug logging", () => {
    const logs = async (debugLogging: boolean | { until: string }) =>
      proxy(await graphWith({ proxy: { debugLogging } })).inputs.debugLogging;

    it("logs its statements", async () => {
      assert.deepEqual([await logs(true), await logs(false)], [true, false]);
    });

    it("no longer asks for it after a given time, as AWS switches it off after a day", async () => {
      const hour = 3_600_000;
      const at = (time: number) => ({ until: new Date(time).toISOString() });
      assert.deepEqual([await logs(at(Date.now() + hour)), await logs(at(Date.now() - hour))], [true, false]);
    });
  });

  describe("in an account that has never had a database", () => {
    const calls = { "aws:iam/getRoles:getRoles": { names: [] } };

    for (const [kind, args, type] of [
      ["instance", {}, "aws:rds/instance:Instance"],
      ["writer", { database: { engine: "aurora-mysql" } }, "aws:rds/clusterInstance:ClusterInstance"],
    ] as const) {
      it(`waits for the ${kind}, since RDS makes the role that the proxy needs together with it`, async () => {
        const graph = await graphWith(args, { calls });
        assert.ok(graph.waitsFor(proxy(graph), graph.one(type)));
      });
    }
  });

  describe("where the roles of the account cannot be seen", () => {
    for (const [why, answer] of [
      [
        "the deployer may not list them",
        () => {
          throw new Error("AccessDenied: not authorized to perform iam:ListRoles");
        },
      ],
      ["a test's mocks answer with nothing", () => ({})],
    ] as const) {
      it(`waits for the database, since ${why}`, async () => {
        const graph = await graphWith({}, { calls: { "aws:iam/getRoles:getRoles": answer } });
        assert.ok(graph.waitsFor(proxy(graph), graph.one("aws:rds/instance:Instance")));
      });
    }
  });
});

describe("subnets for the proxy", () => {
  const inZones = (zones: Record<string, string>): GraphOptions["calls"] => ({
    "aws:ec2/getSubnet:getSubnet": ({ id }: { id: string }) => ({
      id,
      availabilityZoneId: zones[id],
      mapPublicIpOnLaunch: false,
    }),
  });

  it("leave out the zones without RDS Proxy, which the database may still use", async () => {
    const graph = await graphWith(
      { vpc: { vpcId: "vpc-9", subnetIds: ["subnet-1", "subnet-2", "subnet-3"] } },
      { calls: inZones({ "subnet-1": "use1-az1", "subnet-2": "use1-az2", "subnet-3": "use1-az3" }) },
    );
    assert.deepEqual(proxy(graph).inputs.vpcSubnetIds, ["subnet-1", "subnet-2"]);
    assert.deepEqual(graph.one("aws:rds/subnetGroup:SubnetGroup").inputs.subnetIds, [
      "subnet-1",
      "subnet-2",
      "subnet-3",
    ]);
  });

  it("are one per zone where they get an interface endpoint, which accepts no more", async () => {
    const graph = await graphWith(
      { vpc: { vpcId: "vpc-9", subnetIds: ["subnet-1", "subnet-2", "subnet-3"], secretsManagerEndpoint: true } },
      { calls: inZones({ "subnet-1": "use1-az1", "subnet-2": "use1-az1", "subnet-3": "use1-az2" }) },
    );
    assert.deepEqual(graph.one("aws:ec2/vpcEndpoint:VpcEndpoint").inputs.subnetIds, ["subnet-1", "subnet-3"]);
    assert.deepEqual(proxy(graph).inputs.vpcSubnetIds, ["subnet-1", "subnet-2", "subnet-3"]);
  });

  it("may come from an output, such as that of a VPC in the same program", async () => {
    const graph = await graphWith({ vpc: { vpcId: "vpc-9", subnetIds: pulumi.output(["subnet-1", "subnet-2"]) } });
    assert.deepEqual(proxy(graph).inputs.vpcSubnetIds, ["subnet-1", "subnet-2"]);
  });

  it("are, in a new VPC, in two zones that have RDS Proxy and are chosen by their ids", async () => {
    let asked: { excludeZoneIds?: string[] } = {};
    const graph = await graphWith(
      {},
      {
        calls: {
          "aws:index/getAvailabilityZones:getAvailabilityZones": (inputs: typeof asked) => {
            asked = inputs;
            return { names: ["us-east-1f", "us-east-1a", "us-east-1b"] };
          },
        },
      },
    );
    assert.deepEqual(asked.excludeZoneIds, ["use1-az3", "usw1-az2"]);
    assert.deepEqual(graph.one("awsx:ec2:Vpc").inputs.availabilityZoneNames, ["us-east-1a", "us-east-1b"]);
  });
});

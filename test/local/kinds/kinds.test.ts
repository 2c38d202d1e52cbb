import assert from "node:assert/strict";
import { catalogue } from "../../../local/kinds";
import { Stack } from "./stack";

describe("kinds and look-ups of the stand-in", () => {
  const stack = new Stack();
  before(() => stack.open());
  after(() => stack.close());

  async function look(token: string, inputs: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return catalogue.call(token)(inputs, stack.account);
  }

  it("give a resource without a behaviour of its own an id, an ARN and its inputs", async () => {
    const alarm = await stack.create("aws:cloudwatch/metricAlarm:MetricAlarm", "borrow-latency", { threshold: 1000 });
    assert.match(alarm.name ?? "", /^borrow-latency-[0-9a-f]{7}$/);
    assert.equal(alarm.id, alarm.name);
    assert.equal(alarm.threshold, 1000);
    assert.match(alarm.arn ?? "", /^arn:aws:cloudwatch:ap-northeast-1:123456789012:metricalarm\/borrow-latency-/);
  });

  it("give what belongs to a function an id that names the function too", async () => {
    const ids = ["one", "two"].map(async (functionName) => {
      const inputs = { functionName, name: "live", qualifier: "live" };
      const types = [
        "alias:Alias",
        "functionUrl:FunctionUrl",
        "provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
      ];
      return Promise.all(types.map(async (type) => (await stack.create(`aws:lambda/${type}`, "live", inputs)).id));
    });
    assert.deepEqual(await Promise.all(ids), [
      ["arn:aws:lambda:ap-northeast-1:123456789012:function:one:live", "one/live", "one,live"],
      ["arn:aws:lambda:ap-northeast-1:123456789012:function:two:live", "two/live", "two,live"],
    ]);
  });

  it("give a VPC the subnets of its specification in each zone", async () => {
    const subnetSpecs = [{ type: "Public" }, { type: "Private" }, { type: "Isolated" }];
    const vpc = await stack.create("awsx:ec2:Vpc", "vpc", { numberOfAvailabilityZones: 2, subnetSpecs });
    for (const key of ["publicSubnetIds", "privateSubnetIds", "isolatedSubnetIds"]) {
      const ids = vpc[key] as unknown as string[];
      const zones = ids.map((id) => stack.account.network.subnets.get(id)?.availabilityZone);
      assert.deepEqual(zones, ["ap-northeast-1a", "ap-northeast-1b"], key);
    }
    const blocks = [...stack.account.network.subnets.values()].map(({ cidrBlock }) => cidrBlock);
    assert.equal(new Set(blocks).size, 6);
  });

  it("spread the subnets of an existing VPC over the zones, whatever their names are", async () => {
    const ids = ["subnet-0c1", "subnet-0c4", "subnet-0c7"];
    const subnets = await Promise.all(ids.map((id) => look("aws:ec2/getSubnet:getSubnet", { id })));
    assert.equal(new Set(subnets.map(({ availabilityZoneId }) => availabilityZoneId)).size, 3);
    assert.deepEqual(await look("aws:ec2/getSubnet:getSubnet", { id: "subnet-0c1" }), subnets[0]);
  });

  it("know the subnets of a VPC that the program makes one by one", async () => {
    const vpc = await stack.create("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.1.0.0/16" });
    const subnet = await stack.create("aws:ec2/subnet:Subnet", "subnet", {
      vpcId: vpc.id,
      cidrBlock: "10.1.7.0/24",
      availabilityZone: "ap-northeast-1c",
    });
    const found = await look("aws:ec2/getSubnet:getSubnet", { id: subnet.id });
    assert.deepEqual([found.vpcId, found.availabilityZoneId], [vpc.id, "apne1-az3"]);
    assert.match(stack.account.network.attach([subnet.id ?? ""], []).address, /^10\.1\.7\.4$/);
  });

  it("refuse a second interface endpoint with private DNS for a service in the same VPC", async () => {
    const inputs = {
      serviceName: "com.amazonaws.ap-northeast-1.secretsmanager",
      vpcEndpointType: "Interface",
      vpcId: "vpc-1",
      subnetIds: ["subnet-1"],
      securityGroupIds: [],
      privateDnsEnabled: true,
    };
    await stack.create("aws:ec2/vpcEndpoint:VpcEndpoint", "first", inputs);
    await assert.rejects(
      stack.create("aws:ec2/vpcEndpoint:VpcEndpoint", "second", inputs),
      /^Error: secretsmanager\.ap-northeast-1\.amazonaws\.com leads to another interface endpoint in \S+ already/,
    );
  });

  it("make passwords with the right length, characters and minimums, and never the same one twice", async () => {
    const type = "random:index/randomPassword:RandomPassword";
    const inputs = { length: 12, special: true, overrideSpecial: "_", minSpecial: 3, minNumeric: 3, upper: false };
    const results = await Promise.all(
      [1, 2, 3].map(async () => (await stack.create(type, "password", inputs)).result ?? ""),
    );
    for (const result of results) {
      assert.match(result, /^[a-z0-9_]{12}$/);
      assert.ok(result.replace(/[^_]/g, "").length >= 3 && result.replace(/\D/g, "").length >= 3, result);
    }
    assert.equal(new Set(results).size, 3);
  });

  it("tell the program which region and account it is in", async () => {
    assert.equal((await look("aws:index/getRegion:getRegion")).region, "ap-northeast-1");
    assert.equal((await look("aws:index/getCallerIdentity:getCallerIdentity")).accountId, "123456789012");
    assert.equal((await look("aws:index/getPartition:getPartition")).partition, "aws");
    const zones = await look("aws:index/getAvailabilityZones:getAvailabilityZones");
    assert.deepEqual(zones.zoneIds, ["apne1-az1", "apne1-az2", "apne1-az3"]);
  });

  it("answer for a VPC, a key and a parameter that exist in AWS as the program believes", async () => {
    const vpc = await look("aws:ec2/getVpc:getVpc", { id: "vpc-7" });
    assert.deepEqual([vpc.id, vpc.enableDnsSupport, vpc.instanceTenancy], ["vpc-7", true, "default"]);
    assert.match(String(vpc.arn), /:vpc\/vpc-7$/);
    const key = await look("aws:kms/getKey:getKey", { keyId: "alias/aws/secretsmanager" });
    const alias = await look("aws:kms/getAlias:getAlias", { name: "alias/aws/secretsmanager" });
    assert.equal(alias.targetKeyArn, key.arn);
    const parameter = await look("aws:ssm/getParameter:getParameter", { name: "/aws/ami" });
    assert.match(String(parameter.value), /^ami-/);
  });

  it("give a customer managed key an id, which its ARN ends with", async () => {
    const key = await stack.create("aws:kms/key:Key", "key", {});
    assert.equal(key.keyId, key.id);
    assert.ok(key.arn?.endsWith(`:key/${key.id}`), key.arn);
  });

  it("write policy documents in the form that IAM reads", async () => {
    const { json } = await look("aws:iam/getPolicyDocument:getPolicyDocument", {
      statements: [
        {
          actions: ["kms:Decrypt"],
          resources: ["a", "b"],
          principals: [{ type: "Service", identifiers: ["rds.amazonaws.com"] }],
          conditions: [{ test: "StringEquals", variable: "kms:ViaService", values: ["x"] }],
        },
      ],
    });
    assert.deepEqual(JSON.parse(String(json)), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: ["a", "b"],
          Principal: { Service: "rds.amazonaws.com" },
          Condition: { StringEquals: { "kms:ViaService": "x" } },
        },
      ],
    });
  });

  it("fail with the name of a look-up that they do not know", () => {
    assert.throws(
      () => catalogue.call("aws:s3/getBucket:getBucket"),
      /does not know the look-up aws:s3\/getBucket:getBucket\. It knows /,
    );
  });
});

import assert from "node:assert/strict";
import { ProxiedDatabase, type ProxiedDatabaseArgs } from "../../components";
import { type Graph, graphOf } from "../../testing";

const graphWith = (args: ProxiedDatabaseArgs = {}) =>
  graphOf(() => {
    const { bastionCommand, bastionId } = new ProxiedDatabase("sample", { bastion: true, ...args });
    return { bastionCommand, bastionId };
  });

describe("the bastion", () => {
  let graph: Graph;
  before(async () => {
    graph = await graphWith();
  });

  it("has no key pair, and gives out its metadata for session tokens only", () => {
    const { inputs } = graph.one("aws:ec2/instance:Instance");
    assert.equal(inputs.keyName, undefined);
    assert.equal(inputs.metadataOptions.httpTokens, "required");
    assert.equal(inputs.subnetId, "subnet-public-a");
    assert.deepEqual(inputs.vpcSecurityGroupIds, ["sample-bastion-id"]);
  });

  it("may do what Session Manager needs, and nothing else", () => {
    assert.deepEqual(
      graph.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(({ inputs }) => inputs.policyArn),
      ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
    );
  });

  it("comes with the command that forwards a port of the user's machine to the database", () => {
    assert.equal(
      graph.outputs.bastionCommand,
      "aws ssm start-session --region ap-northeast-1 --target sample-bastion-id" +
        " --document-name AWS-StartPortForwardingSessionToRemoteHost" +
        ` --parameters '{"host":["sample-database.rds.test"],"portNumber":["3306"],"localPortNumber":["3306"]}'`,
    );
  });

  it("gets endpoints to Session Manager before it starts, in subnets without a way out", async () => {
    const isolated = await graphWith({
      vpc: { vpcId: "vpc-9", subnetIds: ["subnet-1", "subnet-2"], sessionManagerEndpoints: true },
    });
    const instance = isolated.one("aws:ec2/instance:Instance");
    const endpoints = isolated.all("aws:ec2/vpcEndpoint:VpcEndpoint");
    assert.deepEqual(
      endpoints.map(({ inputs }) => inputs.serviceName),
      ["com.amazonaws.ap-northeast-1.ssm", "com.amazonaws.ap-northeast-1.ssmmessages"],
    );
    for (const endpoint of endpoints) {
      assert.deepEqual([endpoint.inputs.subnetIds, endpoint.inputs.privateDnsEnabled], [["subnet-1"], true]);
      assert.ok(isolated.waitsFor(instance, endpoint), endpoint.name);
    }
    const rule = isolated.one(
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "sample-bastion-to-session-manager",
    );
    const { securityGroupId, referencedSecurityGroupId, toPort } = rule.inputs;
    assert.deepEqual(
      [securityGroupId, referencedSecurityGroupId, toPort],
      ["sample-session-manager-id", "sample-bastion-id", 443],
    );
  });

  it("has a public address where it needs one, and follows the settings of a given subnet", async () => {
    const given = await graphWith({
      vpc: { vpcId: "vpc-9", subnetIds: ["subnet-1", "subnet-2"], bastionSubnetId: "subnet-3" },
    });
    const address = (of: Graph) => of.one("aws:ec2/instance:Instance").inputs.associatePublicIpAddress;
    assert.deepEqual([address(graph), address(given)], [true, undefined]);
  });

  it("stays where it is when the subnets of a VPC are given in another order", async () => {
    const subnetWith = async (...subnetIds: string[]) =>
      (await graphWith({ vpc: { vpcId: "vpc-9", subnetIds } })).one("aws:ec2/instance:Instance").inputs.subnetId;
    assert.equal(await subnetWith("subnet-2", "subnet-1"), "subnet-1");
    assert.equal(await subnetWith("subnet-1", "subnet-2"), "subnet-1");
  });

  it("does not exist unless the program asks for it", async () => {
    const without = await graphWith({ bastion: false });
    assert.deepEqual(without.all("aws:ec2/instance:Instance"), []);
    assert.deepEqual(without.outputs, { bastionCommand: undefined, bastionId: undefined });
  });
});

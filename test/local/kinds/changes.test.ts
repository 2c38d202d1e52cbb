import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Created, Properties } from "../../../local/engine";
import { catalogue } from "../../../local/kinds";
import { policy, Stack } from "./stack";

const secretArn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:orders";
const read = { Action: "secretsmanager:GetSecretValue", Resource: secretArn };
const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/policy:Policy";
const rolePolicyType = "aws:iam/rolePolicy:RolePolicy";
const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const functionType = "aws:lambda/function:Function";
const invocationType = "aws:lambda/invocation:Invocation";

describe("a resource of the stand-in that changes", () => {
  const stack = new Stack();
  before(() => stack.open());
  after(() => stack.close());

  const create = async (type: string, name: string, inputs: Properties): Promise<Created> =>
    catalogue.kind(type).create(inputs, { type, name }, stack.account);
  const update = async (type: string, existing: Created, inputs: Properties): Promise<Properties> => {
    const state = await catalogue.kind(type).update?.(existing, inputs, stack.account);
    return state ?? assert.fail(`${type} cannot be updated`);
  };
  const remove = async (type: string, existing: Created) => catalogue.kind(type).delete?.(existing, stack.account);
  const mayRead = ({ state: { arn } }: Created) => {
    const { iam } = stack.account;
    const session = iam.assumeRole(String(arn), "lambda.amazonaws.com", "test");
    return iam.decide(session, { action: read.Action, resource: secretArn }) === "allowed";
  };

  const createRole = (name: string) =>
    create(roleType, name, {
      name,
      assumeRolePolicy: policy({ Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }),
    });

  it("keeps its name and its ARN when it has no behaviour of its own", async () => {
    const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
    const alarm = await create(type, "latency", { threshold: 1_000 });
    const { name, arn } = alarm.state;
    assert.deepEqual(await update(type, alarm, { threshold: 2_000 }), { threshold: 2_000, name, arn });
  });

  it("changes the grants of its role, and takes them back when it is deleted", async () => {
    const role = await createRole("reader");
    const inline = await create(rolePolicyType, "read", {
      role: "reader",
      policy: policy({ ...read, Resource: "other" }),
    });
    assert.ok(!mayRead(role));
    await update(rolePolicyType, inline, { role: "reader", policy: policy(read) });
    assert.ok(mayRead(role));
    await remove(rolePolicyType, inline);
    assert.ok(!mayRead(role));
  });

  it("grants nothing more when a policy is detached from its role", async () => {
    const role = await createRole("attached");
    const managed = await create(policyType, "read", { policy: JSON.parse(policy(read)) });
    const attachment = await create(attachmentType, "attachment", { role: "attached", policyArn: managed.id });
    assert.ok(mayRead(role));
    await remove(attachmentType, attachment);
    assert.ok(!mayRead(role));
    await remove(policyType, managed);
    await assert.rejects(create(attachmentType, "again", { role: "attached", policyArn: managed.id }), /NoSuchEntity/);
  });

  it("gives a secret its new value", async () => {
    const secret = await create(secretType, "login", {});
    const version = await create(versionType, "login", { secretId: secret.id, secretString: "first" });
    const { versionId } = await update(versionType, version, { secretId: secret.id, secretString: "second" });
    assert.notEqual(versionId, version.state.versionId);
    assert.equal(stack.account.secretsManager.secrets.get(secret.id)?.value, "second");
  });

  it("runs a function's new code at the next invocation, which calls it again", async () => {
    const role = await createRole("runner");
    const inputs = (code: string) => ({
      name: "answer",
      role: role.state.arn,
      runtime: "nodejs24.x",
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(code) }),
    });
    const lambda = await create(functionType, "answer", inputs("exports.handler = async () => 1;"));
    const call = { functionName: "answer", input: "{}" };
    const invocation = await create(invocationType, "call", call);
    const changed = await update(functionType, lambda, inputs("exports.handler = async () => 2;"));
    assert.notEqual(changed.codeSha256, lambda.state.codeSha256);
    assert.deepEqual([invocation.state.result, (await update(invocationType, invocation, call)).result], ["1", "2"]);
  });

  it("makes room for another interface endpoint when it is an endpoint that is deleted", async () => {
    const { vpcId, subnetIds } = await stack.createNetwork();
    const inputs = {
      serviceName: "com.amazonaws.ap-northeast-1.secretsmanager",
      vpcEndpointType: "Interface",
      vpcId,
      subnetIds,
      securityGroupIds: [],
      privateDnsEnabled: true,
    };
    const type = "aws:ec2/vpcEndpoint:VpcEndpoint";
    await remove(type, await create(type, "first", inputs));
    assert.equal((await create(type, "second", inputs)).state.state, "available");
  });

  it("is no longer among the subnets of its VPC when it is a subnet that is deleted", async () => {
    const vpc = await create("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.2.0.0/16" });
    const type = "aws:ec2/subnet:Subnet";
    const [first, second] = await Promise.all(
      ["10.2.1.0/24", "10.2.2.0/24"].map((cidrBlock) => create(type, "subnet", { vpcId: vpc.id, cidrBlock })),
    );
    const ids = async () => {
      const filters = [{ name: "vpc-id", values: [vpc.id] }];
      return (await catalogue.call("aws:ec2/getSubnets:getSubnets")({ filters }, stack.account)).ids as string[];
    };
    assert.deepEqual((await ids()).sort(), [first?.id, second?.id].sort());
    if (first !== undefined) await remove(type, first);
    assert.deepEqual(await ids(), [second?.id]);
  });
});

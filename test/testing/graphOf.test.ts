import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { graphOf, plainTexts } from "../../testing";

const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";

/** A secret, its value, and a group that has nothing to do with them. */
function secretAndGroup() {
  const secret = new aws.secretsmanager.Secret("login", {}, { protect: true });
  const secretString = pulumi.secret("correct-horse-battery");
  new aws.secretsmanager.SecretVersion("value", { secretId: secret.arn, secretString });
  new aws.ec2.SecurityGroup("group", { description: "nobody" });
  return { arn: secret.arn, password: secretString };
}

describe("the graph of a program", () => {
  it("holds each resource with its type, name, inputs, outputs and options", async () => {
    const graph = await graphOf(secretAndGroup);
    assert.deepEqual(graph.resources.map(({ type, name }) => `${type} ${name}`).sort(), [
      "aws:ec2/securityGroup:SecurityGroup group",
      "aws:secretsmanager/secret:Secret login",
      "aws:secretsmanager/secretVersion:SecretVersion value",
    ]);
    const { protect, outputs } = graph.one(secretType);
    assert.deepEqual([protect, outputs.id], [true, "login-id"]);
    assert.equal(graph.one(versionType).inputs.secretId, outputs.arn);
    assert.equal(graph.outputs.arn, outputs.arn);
  });

  it("tells which resource waits for which", async () => {
    const graph = await graphOf(secretAndGroup);
    const [secret, version] = [graph.one(secretType), graph.one(versionType)];
    assert.ok(graph.waitsFor(version, secret));
    assert.ok(!graph.waitsFor(secret, version));
    assert.ok(!graph.waitsFor(graph.one("aws:ec2/securityGroup:SecurityGroup"), secret));
  });

  it("unwraps secrets, and tells which inputs and outputs are secret", async () => {
    const graph = await graphOf(secretAndGroup);
    const { inputs, rawInputs } = graph.one(versionType);
    assert.equal(inputs.secretString, "correct-horse-battery");
    assert.ok(!plainTexts(rawInputs).includes("correct-horse-battery"));
    assert.ok(plainTexts(inputs).includes("correct-horse-battery"));
    assert.deepEqual([graph.outputs.password, graph.secretOutputs], ["correct-horse-battery", ["password"]]);
  });

  it("does not guess which of several resources was meant", async () => {
    const graph = await graphOf(() => {
      for (const name of ["first", "second"]) new aws.secretsmanager.Secret(name);
      return {};
    });
    assert.throws(() => graph.one(secretType), /^Error: 2 resources of type aws:secretsmanager\/secret:Secret$/);
    assert.throws(() => graph.one(secretType, "third"), /^Error: 0 resources of type .* named third$/);
    assert.equal(graph.one(secretType, "second").name, "second");
  });

  it("knows in a preview only what the program gave", async () => {
    const graph = await graphOf(secretAndGroup, { preview: true });
    assert.equal(graph.one(secretType).outputs.arn, undefined);
    assert.equal(graph.one("aws:ec2/securityGroup:SecurityGroup").outputs.description, "nobody");
  });

  it("records the program's warnings, and only while it runs", async () => {
    const { warn } = pulumi.log;
    const graph = await graphOf(() => {
      void pulumi.log.warn("that is expensive");
      return {};
    });
    assert.deepEqual(graph.warnings, [{ message: "that is expensive", resource: undefined }]);
    assert.equal(pulumi.log.warn, warn);
  });
});

describe("a program with mocked resources", () => {
  it("reads its configuration, secrets included", async () => {
    const graph = await graphOf(
      () => {
        const config = new pulumi.Config("project");
        return { size: config.requireNumber("size"), password: config.requireSecret("password") };
      },
      { config: { size: "3", password: "correct-horse-battery" }, secretConfig: ["password"] },
    );
    assert.deepEqual(graph.outputs, { size: 3, password: "correct-horse-battery" });
    assert.deepEqual(graph.secretOutputs, ["password"]);
  });

  it("finds what the test says in look-ups and in other stacks, and otherwise what AWS would have", async () => {
    const graph = await graphOf(
      () => ({
        account: aws.getCallerIdentityOutput().accountId,
        region: aws.getRegionOutput().region,
        vpc: new pulumi.StackReference("organization/network/prod").getOutput("vpcId"),
      }),
      {
        calls: { "aws:index/getRegion:getRegion": { region: "eu-central-1" } },
        stacks: { "organization/network/prod": { vpcId: "vpc-2" } },
      },
    );
    assert.deepEqual(graph.outputs, { account: "123456789012", region: "eu-central-1", vpc: "vpc-2" });
  });

  it("fails at a look-up that nobody has mocked", async () => {
    const program = async () => ({ ip: (await aws.ec2.getElasticIp({ id: "eip-1" })).publicIp });
    await assert.rejects(
      graphOf(program),
      /^Error: The look-up aws:ec2\/getElasticIp:getElasticIp has no mocked result: /,
    );
  });

  it("passes its own error on, with a stack trace only if one was asked for, and leaves errors as they were", async () => {
    const { stackTraceLimit } = Error;
    const failing = () => {
      throw new Error("out of luck");
    };
    for (const stackTraces of [false, true]) {
      await assert.rejects(graphOf(failing, { stackTraces }), (error: Error) => {
        assert.equal(error.message, "out of luck");
        assert.equal(error.stack?.includes("graphOf.test.ts"), stackTraces);
        return true;
      });
    }
    assert.equal(Error.stackTraceLimit, stackTraceLimit);
  });
});

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { policy, Stack } from "./stack";

describe("aws.lambda.Function on the stand-in", () => {
  const stack = new Stack();
  before(() => stack.open());
  after(() => stack.close());

  const code = new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 42;"),
  });

  async function deploy(inputs: Record<string, unknown>): Promise<unknown> {
    const role = await stack.create("aws:iam/role:Role", "function", {
      assumeRolePolicy: policy({ Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }),
    });
    const { name } = await stack.create("aws:lambda/function:Function", "function", {
      runtime: "nodejs24.x",
      handler: "index.handler",
      role: role.arn,
      code,
      ...inputs,
    });
    const invocation = { functionName: name, input: "{}" };
    return (await stack.create("aws:lambda/invocation:Invocation", "invocation", invocation)).result;
  }

  it("runs for either architecture, and ignores tracing and dead letters", async () => {
    const result = await deploy({
      architectures: ["arm64"],
      tracingConfig: { mode: "Active" },
      layers: [],
      reservedConcurrentExecutions: 3,
      deadLetterConfig: { targetArn: "arn:aws:sqs:ap-northeast-1:123456789012:dead-letters" },
    });
    assert.equal(result, "42");
  });

  it("is not invoked while it is switched off", async () => {
    await assert.rejects(deploy({ reservedConcurrentExecutions: 0 }), /"errorType":"TooManyRequestsException"/);
  });

  for (const [title, inputs, message] of [
    [
      "a container image",
      { packageType: "Image", runtime: undefined },
      /cannot run container images: give the function/,
    ],
    ["another language", { runtime: "python3.13" }, /cannot run the runtime python3\.13: use nodejs24\.x/],
    [
      "layers",
      { layers: ["arn:aws:lambda:ap-northeast-1:1:layer:x:1"] },
      /cannot run layers: put what the function needs/,
    ],
    ["code in a bucket", { code: undefined, s3Bucket: "code" }, /whose code is a folder, or an AssetArchive of/],
  ] as const) {
    it(`is refused with ${title}`, async () => {
      await assert.rejects(deploy(inputs), message);
    });
  }
});

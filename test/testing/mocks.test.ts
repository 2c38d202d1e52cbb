import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ProxiedDatabase } from "../../components";
import { graphOf, mocks } from "../../testing";

describe("the mocks", () => {
  it("work in a test as Pulumi's guide has it", async () => {
    await pulumi.runtime.setMocks(mocks(), "shop", "test", false);
    const database = new ProxiedDatabase("orders", { bastion: true, database: { engine: "aurora-mysql" } });
    const endpoint = await new Promise((resolve) => database.proxyEndpoint.apply(resolve));
    assert.equal(endpoint, "orders-proxy.proxy.test");
    await pulumi.runtime.disconnect();
  });

  it("are of the region that the test names", async () => {
    const program = () => ({ region: aws.getRegionOutput().region, arn: new aws.sns.Topic("alerts").arn });
    const { outputs } = await graphOf(program, { region: "eu-west-1" });
    assert.deepEqual(outputs, { region: "eu-west-1", arn: "arn:aws:test:eu-west-1:123456789012:Topic/alerts" });
  });

  it("give a resource the outputs that the test names, beside the usual ones", async () => {
    const program = () => {
      const bucket = new aws.s3.Bucket("invoices", { tags: { of: "shop" } });
      return { name: bucket.bucketDomainName, arn: bucket.arn };
    };
    const bucketType = "aws:s3/bucket:Bucket";
    const fixed = await graphOf(program, { outputs: { [bucketType]: { bucketDomainName: "invoices.test" } } });
    assert.deepEqual(fixed.outputs, {
      name: "invoices.test",
      arn: "arn:aws:test:ap-northeast-1:123456789012:Bucket/invoices",
    });
    const made = await graphOf(program, {
      outputs: { [bucketType]: (name, { tags }) => ({ bucketDomainName: `${name}.${tags.of}` }) },
    });
    assert.equal(made.outputs.name, "invoices.shop");
  });
});

describe("a program in a file", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "graph-test-"))));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const pulumiPath = JSON.stringify(require.resolve("@pulumi/pulumi"));
  const part = `const { Config, getProject, getStack } = require(${pulumiPath});
    exports.found = [getProject(), getStack(), new Config().get("size"), new Config("aws").get("region")];`;

  it("runs anew in each graph, with the files that it requires, in the project and stack that the test names", async () => {
    writeFileSync(join(folder, "part.js"), part);
    writeFileSync(join(folder, "main.js"), `exports.found = require("./part").found;`);
    const main = join(folder, "main.js");
    const first = await graphOf(main, { project: "shop", stack: "prod", config: { size: "3", "aws:region": "x" } });
    const second = await graphOf(main);
    assert.deepEqual(first.outputs.found, ["shop", "prod", "3", "x"]);
    assert.deepEqual(second.outputs.found.slice(0, 2), ["project", "test"]);
  });

  it("may export a function, which is called", async () => {
    const main = join(folder, "function.js");
    writeFileSync(main, `module.exports = async () => ({ size: 3 });`);
    assert.deepEqual((await graphOf(main)).outputs, { size: 3 });
  });
});

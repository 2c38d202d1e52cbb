import type { ProxiedDatabaseArgs } from "../../components";
import { existingDatabase } from "../programs/fixtures/existingDatabase";
import { liveThrough } from "./support/lifecycle";
import { LocalStack } from "./support/localStack";
import { programWith, sampleProgram } from "./support/program";

const key = (name: string) => `lambda-rds-proxy:${name}`;

describe("on Pulumi's engine, programs go up, change nothing the second time, and go down without a trace", function () {
  this.timeout(180_000);
  let stack: LocalStack | undefined;
  afterEach(() => stack?.close());

  it("with Aurora that has readers", async function () {
    const args: ProxiedDatabaseArgs = {
      database: { engine: "aurora-mysql", readers: 2 },
      proxy: { readOnlyEndpoint: true },
    };
    stack = await LocalStack.open(programWith(args));
    if (stack === undefined) return this.skip();
    await liveThrough(stack);
  });

  it("with alarms", async function () {
    stack = await LocalStack.open(sampleProgram, {
      [key("alarmTopicArn")]: "arn:aws:sns:ap-northeast-1:123456789012:alerts",
    });
    if (stack === undefined) return this.skip();
    await liveThrough(stack);
  });

  it("with a VPC and a database of another stack", async function () {
    stack = await LocalStack.open(() => Promise.resolve({ existing: existingDatabase("orders", "instance", false) }));
    if (stack === undefined) return this.skip();
    const { outputs } = await stack.up();
    const { vpc, database } = outputs.existing?.value as {
      vpc: { vpcId: string; subnetIds: string[] };
      database: { existing: object };
    };
    const sample = await stack.beside("sample", sampleProgram, {
      [key("vpcId")]: vpc.vpcId,
      [key("subnetIds")]: JSON.stringify(vpc.subnetIds),
      [key("secretsManagerEndpoint")]: "true",
      [key("existingDatabase")]: JSON.stringify(database.existing),
    });
    await liveThrough(sample);
  });
});

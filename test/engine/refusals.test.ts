import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { programKeys } from "../../local/programKeys";
import { pulumiCommand } from "./support/cli";

/** Wrong values of the configuration, and what is said of them. */
const refusals: [Record<string, string>, RegExp][] = [
  [{ maxConnectionsPercent: "101" }, /proxy\.maxConnectionsPercent is 101, but it must be a whole number of percent/],
  [{ maxConnectionsPercent: "x" }, /maxConnectionsPercent' value 'x' is not a valid number/],
  [{ bastion: "yes" }, /bastion' value 'yes' is not a valid boolean/],
  [{ durability: "eternal" }, /durability is "eternal", but it must be one of "disposable", "durable"\./],
  [{ auth: "token" }, /auth is "token", but it must be one of "password", "iam", "iam-end-to-end"\./],
  [{ engine: "oracle" }, /database\.engine is "oracle", but it must be one of "mysql", "mariadb", "aurora-mysql"\./],
  [{ engineVersion: "5.7" }, /database\.engineVersion is "5\.7", but RDS Proxy works with RDS for MySQL 8\.0 and 8\.4/],
  [{ vpcId: "vpc-1" }, /vpc\.subnetIds is missing, but RDS Proxy needs two or more subnets/],
  [{ subnetIds: "a,b" }, /subnetIds' value 'a,b' is not a valid JSON object/],
  [{ existingDatabase: "{}" }, /database\.existing\.instanceIdentifier is missing, but a proxy has one target/],
  [{ alarmTopicArn: "alerts" }, /alarms\.topicArn is "alerts", but alarms need someone to tell/],
  [{ debugLogging: "on" }, /debugLogging' value 'on' is not a valid boolean/],
  [{ databaseName: "1-x" }, /databaseName is "1-x", but /],
  [{ instanceClass: "t4g" }, /database\.instanceClass is "t4g", but /],
  [{ secretsManagerEndpoint: "1" }, /secretsManagerEndpoint' value '1' is not a valid boolean/],
  [{ sessionManagerEndpoints: "1" }, /sessionManagerEndpoints' value '1' is not a valid boolean/],
  [{ bastionSubnetId: "subnet-1" }, /vpc\.vpcId is missing, but /],
  [{ passwordManagedByRds: "1" }, /passwordManagedByRds' value '1' is not a valid boolean/],
  [{ passwordManagedByRds: "true", masterPassword: "long enough" }, /credentials/],
  [{ masterPassword: "short" }, /credentials\.password is a value that is not shown here, but it must have 8 to 41/],
  [{ masterUsername: "rdsadmin" }, /username is "rdsadmin", but RDS, RDS Proxy or MySQL keeps that name for itself/],
];

/**
 * What a user sees of a mistake under Pulumi's real engine: one sentence, before any resource exists. The program runs inline, so
 * no language host is needed.
 */
describe("a preview on Pulumi's engine refuses in one sentence, without a trace,", function () {
  this.timeout(60_000);
  let folder: string | undefined;
  let stack: Stack;

  before(async function () {
    const command = await pulumiCommand();
    if (command === undefined) return this.skip();
    folder = mkdtempSync(join(tmpdir(), "pulumi-test-"));
    stack = await LocalWorkspace.createStack(
      { stackName: "test", projectName: "lambda-rds-proxy", program: runProgram },
      {
        pulumiCommand: command,
        pulumiHome: join(folder, "home"),
        workDir: folder,
        projectSettings: { name: "lambda-rds-proxy", runtime: "nodejs", backend: { url: `file://${folder}` } },
        envVars: { PULUMI_CONFIG_PASSPHRASE: "of this test", PULUMI_SKIP_UPDATE_CHECK: "true" },
      },
    );
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  for (const [values, sentence] of refusals) {
    it(JSON.stringify(values), async () => {
      await configure(stack, values);
      const output: string[] = [];
      await assert.rejects(stack.preview({ onOutput: (text) => output.push(text) }));
      const text = output.join("");
      const errors = [...new Set([...text.matchAll(/error: (.*)/g)].map(([, error = ""]) => error))];
      assert.match(errors[0] ?? "", sentence, text);
      assert.equal(errors.filter((error) => !error.startsWith("preview failed")).length, 1, text);
      assert.doesNotMatch(text, /unhandled exception|\n\s+at /i);
      // The stack itself is the only thing that Pulumi plans.
      assert.doesNotMatch(text, /\+ +(aws|awsx|random|lambda-rds-proxy):/);
    });
  }
});

describe("the refusals on Pulumi's engine", () => {
  it("cover every key of the configuration", () => {
    const covered = refusals.flatMap(([values]) => Object.keys(values));
    assert.deepEqual(
      Object.keys(programKeys).filter((key) => !covered.includes(key)),
      [],
    );
  });
});

/** Writes the stack's configuration into its file. The CLI does that only for a secret, since each call of it takes 0.2 seconds. */
async function configure(stack: Stack, values: Record<string, string>): Promise<void> {
  const { masterPassword, ...plain } = values;
  const config = Object.fromEntries(Object.entries(plain).map(([key, value]) => [`lambda-rds-proxy:${key}`, value]));
  await stack.workspace.saveStackSettings(stack.name, {
    ...(await stack.workspace.stackSettings(stack.name)),
    config: { "aws:region": "ap-northeast-1", ...config },
  });
  if (masterPassword !== undefined) await stack.setConfig("masterPassword", { value: masterPassword, secret: true });
}

/** Loads the program anew: loading it runs it. */
function runProgram(): Promise<Record<string, unknown>> {
  const main = require.resolve("../../index");
  Reflect.deleteProperty(require.cache, main);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would run it once only
  return Promise.resolve({ ...(require(main) as object) });
}

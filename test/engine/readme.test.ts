import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { pulumiCli } from "./support/cli";

const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
const commands = [...readme.matchAll(/^pulumi (?:stack select|config set) .*$/gm)].map(([command]) => command);

describe("README's commands for a stack and its configuration", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-readme-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: lambda-rds-proxy\nruntime: nodejs\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("create the stack, and set what the program reads", async function () {
    const cli = pulumiCli();
    if (cli === undefined) {
      this.skip();
      return;
    }
    const environment = {
      ...process.env,
      PATH: `${dirname(cli)}:${process.env.PATH ?? ""}`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const run = async (command: string): Promise<string> => {
      const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd: folder, env: environment });
      return stdout;
    };
    assert.equal(commands.length, 5);
    for (const command of commands) await run(command);
    const config = JSON.parse(await run("pulumi config --json")) as Record<string, { value: string; secret: boolean }>;
    const values = Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, JSON.parse(value)]));
    assert.deepEqual(values, {
      "lambda-rds-proxy:subnetIds": ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
      "lambda-rds-proxy:existingDatabase": {
        instanceIdentifier: "orders",
        secretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:orders-AbCdEf",
      },
    });
    assert.ok(Object.values(config).every(({ secret }) => !secret));
  });
});

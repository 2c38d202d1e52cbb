import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { Patient } from "../doctor/support/patient";
import { pulumiCli } from "./support/cli";

const root = join(__dirname, "../..");

describe("the doctor with --stack", function () {
  this.timeout(60_000);
  let folder: string;
  let patient: Patient;
  let env: NodeJS.ProcessEnv;

  before(async function () {
    const cli = pulumiCli();
    if (cli === undefined) return this.skip();
    patient = await Patient.open();
    folder = mkdtempSync(join(tmpdir(), "doctor-stack-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: yaml\n");
    const { url, region, accessKeyId, secretAccessKey, sessionToken } = patient.operator;
    env = {
      ...process.env,
      PATH: [dirname(cli), process.env.PATH].join(delimiter),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // The stand-in in AWS's place, as AWS's SDK reads it from the environment.
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    pulumi(["stack", "init", "dev"]);
    pulumi(["stack", "import"], stateWith({ functionName: patient.functionName }));
  });
  after(async () => {
    await (patient as Patient | undefined)?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  function pulumi(args: string[], input = ""): void {
    const { status, stderr } = spawnSync("pulumi", args, { cwd: folder, env, input, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  }

  /** A stack's state that has only outputs. */
  function stateWith(outputs: object): string {
    const resource = {
      urn: "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
      custom: false,
      type: "pulumi:pulumi:Stack",
      outputs,
    };
    return JSON.stringify({
      version: 3,
      deployment: { manifest: { time: new Date(), magic: "", version: "" }, resources: [resource] },
    });
  }

  const doctor = (...args: string[]) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const command = ["-r", join(root, "scripts/typescript.cjs"), join(root, "doctor/main.ts"), ...args];
      execFile(process.execPath, command, { cwd: folder, env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
      });
    });

  it("reads the function's name with the CLI and asks AWS with the credentials of the environment", async () => {
    const { code, output } = await doctor("--stack", "dev");
    assert.equal(code, 0, output);
    assert.match(output, new RegExp(`^✓ function +${patient.functionName}`, "m"));
    assert.match(output, /^✓ target +AVAILABLE$/m);
  });

  it("says that there is no such stack", async () => {
    const { code, output } = await doctor("--stack", "prod");
    assert.equal(code, 2);
    assert.match(
      output,
      /^error: The outputs of the stack cannot be read \(.*prod.*\): name the function with --function\.$/m,
    );
  });
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumiCli } from "./support/cli";

const stackFile = "config:\n  aws:region: eu-west-1\n  shop:size: small\n";

describe("npm run local -- pulumi", function () {
  this.timeout(120_000);
  let folder: string | undefined;

  before(function () {
    if (pulumiCli() === undefined) return this.skip();
    folder = mkdtempSync(join(tmpdir(), "pulumi-test-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.dev.yaml"), stackFile);
    writeFileSync(join(folder, "index.js"), "exports.three = 3;\n");
  });
  after(async () => {
    if (folder === undefined) return;
    await local("stop");
    rmSync(folder, { recursive: true });
  });

  /** Types a command as a user does. */
  function local(...args: string[]): Promise<{ status: number; output: string }> {
    const command = ["-r", "./scripts/typescript.cjs", "local/main.ts", "--stay", "--program", folder ?? "", ...args];
    return new Promise((resolve) => {
      execFile(process.execPath, command, (error, stdout, stderr) => {
        resolve({ status: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
      });
    });
  }

  it("writes nothing beside Pulumi.yaml but its own folder, and leaves the stack's file as it is", async () => {
    for (const command of [
      "stack init --stack dev",
      "config set --secret token abc --stack dev",
      "config set size large --stack dev",
      "stack rename other --stack dev",
      "stack rm other --yes",
    ]) {
      const { status, output } = await local("pulumi", ...command.split(" "));
      assert.equal(status, 0, `${command}: ${output}`);
    }
    assert.deepEqual(readdirSync(folder ?? "").sort(), [".pulumi-local", "Pulumi.dev.yaml", "Pulumi.yaml", "index.js"]);
    assert.equal(readFileSync(join(folder ?? "", "Pulumi.dev.yaml"), "utf8"), stackFile);
    assert.equal(readFileSync(join(folder ?? "", ".pulumi-local/.gitignore"), "utf8"), "*\n");
  });

  it("takes the stack's configuration over, without the region or a key getting lost", async () => {
    await local("pulumi", "stack", "init", "--stack", "dev");
    const { output } = await local("pulumi", "config", "--stack", "dev");
    assert.match(output, /aws:region +eu-west-1/);
    assert.match(output, /size +small/);
  });

  it("refuses another folder for the data, or another port, while the stand-in is up, and a folder with other files", async () => {
    const refused = async (message: RegExp, ...args: string[]) => {
      const { status, output } = await local(...args, "pulumi", "stack", "ls");
      assert.deepEqual([status, output.trim().split("\n").length], [1, 1], output);
      assert.match(output.trim(), message);
    };
    await local("pulumi", "stack", "ls");
    const stop = "take it down with `npm run local -- stop` first, or leave";
    await refused(
      new RegExp(`^error: The stand-in of this folder is up already, without --data: ${stop} --data out\\.$`),
      "--data",
      "rows",
    );
    await refused(
      new RegExp(`^error: The stand-in of this folder is up already, without --port: ${stop} --port out\\.$`),
      "--port",
      "13306",
    );
    await local("stop");
    await refused(
      /^error: The stand-in did not start: --data is .*, which cannot be used \(it has other files in it\): give a folder that/,
      "--data",
      folder ?? "",
    );
    const data = join(folder ?? "", "rows");
    const { status, output } = await local("--data", data, "pulumi", "stack", "ls");
    assert.equal(status, 0, output);
    assert.match(
      (await local("stop")).output,
      new RegExp(`^The stand-in is down\\. The rows of the databases stay in ${data}\\.`, "m"),
    );
  });

  it("says which option comes after the word pulumi", async () => {
    const { status, output } = await local("--stack", "dev", "pulumi", "up");
    assert.equal(status, 1);
    assert.match(output, /^error: --stack is no option that can come before "pulumi": write it after/m);
    assert.doesNotMatch(output, /\n\s+at /);
  });
});

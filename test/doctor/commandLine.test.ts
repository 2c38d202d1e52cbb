import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseCommandLine } from "../../doctor/commandLine";
import { functionIn, functionOfStack } from "../../doctor/stackOutputs";
import { Patient } from "./support/patient";

const root = join(__dirname, "../..");

/** @param temporary the folder in which it looks for stand-ins */
function doctorIn(temporary: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const command = ["-r", "./scripts/typescript.cjs", "doctor/main.ts", ...args];
    execFile(
      process.execPath,
      command,
      { cwd: root, env: { ...process.env, TMPDIR: temporary } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

const doctor = (...args: string[]) => doctorIn(tmpdir(), ...args);

describe("the doctor's command", function () {
  this.timeout(60_000);

  it("asks the stand-in that stays up, and ends with 0 only when all is well", async () => {
    const patient = await Patient.open();
    // Other tests have stand-ins of their own at the same time.
    const alone = await mkdtemp(join(tmpdir(), "doctor-test-"));
    const { folder } = patient.account.reaper;
    await symlink(folder, join(alone, basename(folder)));
    try {
      const well = await doctor("--local", "--function", patient.functionName);
      assert.equal(well.code, 0, well.stdout + well.stderr);
      assert.match(well.stdout, /^✓ target +AVAILABLE$/m);
      patient.proxy.change({ requireTls: false });
      // The only function that the program itself has made needs no name.
      const ill = await doctorIn(alone, "--local", "--json");
      assert.equal(ill.code, 1, ill.stderr);
      const { ok, hops } = JSON.parse(ill.stdout);
      assert.equal(ok, false);
      const proxy = hops.find(({ name }: { name: string }) => name === "proxy");
      assert.match(proxy.problems[0].fix, /proxy\.requireTls: true/);
      const stranger = await doctorIn(alone, "--local", "--function", "nobody");
      assert.equal(stranger.code, 2);
      assert.match(stranger.stderr, /^error: ResourceNotFoundException: Function not found: .*nobody$/m);
    } finally {
      await rm(alone, { recursive: true });
      await patient.close();
    }
  });

  it("finds the function in the outputs of a stack", () => {
    assert.equal(functionIn({ functionName: "read-1", rows: "[]" }), "read-1");
    assert.equal(functionIn({ reportFunctionName: "report-1" }), "report-1");
    assert.throws(() => functionIn({ rows: "[]" }), /no output functionName/);
    assert.throws(() => functionIn({ aFunctionName: "a", bFunctionName: "b" }), /aFunctionName, bFunctionName/);
  });

  it("names the packages of the SDK in its document, and they are optional peers", () => {
    const { peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const [, names = ""] = /npm install --save-dev (.*)/.exec(readFileSync(join(root, "docs/doctor.md"), "utf8")) ?? [];
    const peers = Object.keys(peerDependencies).filter((name) => name.startsWith("@aws-sdk/"));
    assert.deepEqual(names.split(" "), peers);
    for (const name of peers) assert.equal(peerDependenciesMeta[name].optional, true, name);
  });

  it("says in one sentence that there is no Pulumi CLI", async () => {
    const { PATH: path } = process.env;
    process.env.PATH = "";
    try {
      await assert.rejects(
        functionOfStack("dev"),
        /there is no `pulumi` on PATH\): name the function with --function\.$/,
      );
    } finally {
      process.env.PATH = path;
    }
  });

  it("refuses what it does not know in one sentence", () => {
    for (const [args, sentence] of [
      [["--stak", "dev"], /Unknown option '--stak'.*--help lists the options\.$/],
      [["dev"], /Unexpected argument 'dev'.*--help lists the options\.$/],
      [["--stack="], /--stack has no value/],
      [["--stack", "dev", "--function", "read"], /give only one of them\.$/],
    ] as const) {
      assert.throws(() => parseCommandLine([...args]), sentence);
    }
  });
});

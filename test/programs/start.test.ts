import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Run } from "./support/run";

const root = join(__dirname, "../..");

describe("npm start", function () {
  this.timeout(60_000);
  // The tests look in /proc for processes that are left behind.
  before(function () {
    assert.ok(existsSync("/proc/self/cmdline"), "these tests need Linux's /proc");
  });

  it("prints a line per resource and, last, the rows, and leaves nothing behind", async () => {
    const run = new Run("--config", "masterPassword=Pa55word-of-this-test", "--config", "debugLogging=true");
    assert.equal(await run.exitCode(), 0, run.text);
    assert.equal(run.lines.at(-1), '[[1,"taro"],[2,"hanako"]]');
    for (const resource of [
      /^\+ aws:rds:Instance +sample-database +\d+\.\d\d s$/,
      /^\+ aws:rds:Proxy +sample-proxy +\d+\.\d\d s$/,
      /^\+ aws:rds:ProxyTarget +sample-proxy +\d+\.\d\d s$/,
      /^\+ aws:lambda:Invocation +read-on-deploy +\d+\.\d\d s$/,
      // This is the stack's region, not the one in this machine's AWS configuration.
      /^ {2}proxyEndpoint .*\.ap-northeast-1\.rds\.amazonaws\.com$/,
    ]) {
      assert.ok(
        run.lines.some((line) => resource.test(line)),
        String(resource),
      );
    }
    // The password is neither among the outputs nor in the debug logs.
    assert.match(run.text, /"message":"statement"/);
    assert.ok(!run.text.includes("Pa55word-of-this-test"));
    await run.leavesNothing();
  });

  it("says what failed, exits with 1 and leaves nothing behind", async () => {
    const run = new Run("--config", "instanceClass=db.unknown.micro");
    assert.equal(await run.exitCode(), 1, run.text);
    const errors = run.lines.filter((line) => line.startsWith("error:"));
    assert.deepEqual(errors, [
      "error: sample-database (aws:rds/instance:Instance) failed: The stand-in does not know how much memory " +
        "db.unknown.micro has: use a class such as db.t4g.micro.",
    ]);
    await run.leavesNothing();
  });

  it("shows a refused argument in one sentence, without a stack trace", async () => {
    const run = new Run("--config", "engineVersion=5.7");
    assert.equal(await run.exitCode(), 1, run.text);
    assert.match(
      run.text,
      /^error: ProxiedDatabase "sample": database\.engineVersion is "5\.7", but RDS Proxy works with/m,
    );
    assert.ok(!run.text.includes("    at "), run.text);
    await run.leavesNothing();
  });

  it("takes everything down on Ctrl-C", async () => {
    const run = new Run();
    await run.printed(/aws:rds:Instance/);
    run.child.kill("SIGINT");
    assert.equal(await run.exitCode(), 130, run.text);
    assert.match(run.text, /^Stopping and taking everything down\. Press Ctrl-C again to end at once/m);
    await run.leavesNothing();
  });

  it("ends at once on a second Ctrl-C, and the reaper cleans up", async () => {
    const run = new Run("--stay");
    await run.printed(/Press Ctrl-C to take/);
    // The run waits for its reaper last. As long as that is stopped, the run is not done with taking everything down.
    const { reaper } = run;
    process.kill(reaper, "SIGSTOP");
    run.child.kill("SIGINT");
    await run.printed(/^Stopping .* Press Ctrl-C again to end at once/);
    await run.printed(/^Taking \d+ resources down/);
    run.child.kill("SIGINT");
    assert.equal(await run.exitCode(), 130, run.text);
    assert.match(run.text, /^Ending at once\. The reaper deletes what is left\.$/m);
    process.kill(reaper, "SIGCONT");
    await run.leavesNothing();
  });

  it("ends without a word when nobody reads its output any more, and takes everything down", async () => {
    const run = new Run("--stay");
    await run.printed(/aws:iam:Role /);
    const errors: string[] = [];
    run.child.stderr?.on("data", (data) => errors.push(String(data)));
    run.child.stdout?.destroy();
    assert.equal(await run.exitCode(), 141, run.text);
    assert.equal(errors.join(""), "");
    await run.leavesNothing();
  });

  it("prints help with the program's configuration keys", async () => {
    const run = new Run("--help");
    assert.equal(await run.exitCode(), 0, run.text);
    assert.match(run.text, /^ {2}bastion +Create an EC2 instance, .* Type: boolean\.$/m);
    assert.match(run.text, /^ {2}masterPassword +Password of the master user/m);
    await run.leavesNothing();
  });

  for (const [argument, message] of [
    ["--config=bastoin=true", 'The configuration key "bastoin" is unknown to the program: did you mean "bastion"?'],
    ["--stya", "There is no option --stya: did you mean --stay?"],
  ] as const) {
    it(`refuses ${argument} in one sentence`, async () => {
      const run = new Run(argument);
      assert.equal(await run.exitCode(), 1, run.text);
      assert.equal(run.text.trim(), `error: ${message}`);
      await run.leavesNothing();
    });
  }

  it("names a package that is not installed, and says what to run", () => {
    const folder = mkdtempSync(join(tmpdir(), "start-test-"));
    mkdirSync(join(folder, "scripts"));
    copyFileSync(join(root, "scripts/typescript.cjs"), join(folder, "scripts/typescript.cjs"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ devDependencies: { "no-such-package": "1" } }));
    const { status, stderr } = spawnSync(process.execPath, ["-r", "./scripts/typescript.cjs", "-e", ""], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.deepEqual([status, stderr], [1, "error: The package no-such-package is not installed: run `npm ci`.\n"]);
    rmSync(folder, { recursive: true });
  });

  it("leaves nothing behind even when it is killed", async () => {
    const run = new Run("--stay");
    await run.printed(/Press Ctrl-C/);
    assert.ok(run.processes.length > 0);
    run.child.kill("SIGKILL");
    await run.exitCode();
    await run.leavesNothing();
  });

  describe("with --stay", () => {
    it("answers Lambda's Invoke API, shows the proxy's status, lets a MySQL client in, and takes everything down on Ctrl-C", async () => {
      const run = new Run("--stay");
      const url = /http:\S+\/read-function-\w+\/invocations/.exec(await run.printed(/curl .*read-function/))?.[0] ?? "";
      const response = await fetch(url, { method: "POST", body: "{}" });
      assert.deepEqual(await response.json(), [
        [1, "taro"],
        [2, "hanako"],
      ]);
      const status = (await (await fetch(new URL("/", url))).json()) as { DBProxies: any[] };
      assert.equal(status.DBProxies[0].Targets[0].TargetHealth.State, "AVAILABLE");
      assert.ok(status.DBProxies[0].Metrics.QueryRequests > 0);
      const file = /--defaults-extra-file=(\S+)/.exec(run.text)?.[1] ?? "";
      assert.match(readFileSync(file, "utf8"), /^ssl-ca=/m);
      run.child.kill("SIGINT");
      assert.equal(await run.exitCode(), 130);
      await run.leavesNothing();
    });
  });
});

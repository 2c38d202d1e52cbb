import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  closeAll,
  directly,
  masterPassword,
  masterUser,
  serverKinds,
  startProxy,
} from "../local/rdsProxy/support/harness";

const run = promisify(execFile);
const version = "v1.9.3";

/** The driver's tests that may fail through the proxy, with the reason. */
const allowedFailures = new Map([
  ["TestLoadData", "The proxy refuses LOAD DATA LOCAL."],
  ["TestCompress", "RDS Proxy does not support compression."],
]);

/**
 * Runs the tests that go-sql-driver/mysql publishes with its Go module, direct and through the proxy. The npm packages of
 * mysql, mysql2 and mariadb and the PyPI package of PyMySQL come without tests. The script `conformance` runs it.
 */
describe(`the tests of go-sql-driver/mysql ${version}`, function () {
  this.timeout(600_000);
  let folder: string;

  before(async function () {
    if (spawnSync("go", ["version"]).status !== 0) {
      console.log("      Go is not installed, so the tests of go-sql-driver/mysql are left out.");
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), "go-sql-driver-"));
    await writeFile(
      join(folder, "go.mod"),
      `module suite\ngo 1.21\nrequire github.com/go-sql-driver/mysql ${version}\n`,
    );
    await writeFile(join(folder, "suite.go"), 'package suite\n\nimport _ "github.com/go-sql-driver/mysql"\n');
    await run("go", ["mod", "tidy"], { cwd: folder });
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(closeAll);

  /** The outcome of each test: pass, fail or skip. */
  const outcomes = async (port: number): Promise<Map<string, string>> => {
    const env = {
      ...process.env,
      MYSQL_TEST_USER: masterUser,
      MYSQL_TEST_PASS: masterPassword,
      MYSQL_TEST_ADDR: `127.0.0.1:${port}`,
      MYSQL_TEST_DBNAME: "gotest",
      MYSQL_TEST_CONCURRENT: "1",
    };
    // A test that fails gives an exit code, and the outcomes are on stdout all the same.
    // The test that is left out needs the Internet and no server. Without it, it ends the whole run.
    const args = [
      "test",
      "-count=1",
      "-skip=^TestConnectorReturnsTimeout$",
      "-timeout=300s",
      "-json",
      "github.com/go-sql-driver/mysql",
    ];
    const { stdout } = await run("go", args, { cwd: folder, env, maxBuffer: 2 ** 28 }).catch(
      (error: unknown) => error as { stdout: string },
    );
    const result = new Map<string, string>();
    for (const line of stdout.split("\n").filter((text) => text.startsWith("{"))) {
      const { Action, Test } = JSON.parse(line) as { Action: string; Test?: string };
      if (Test !== undefined && ["pass", "fail", "skip"].includes(Action)) result.set(Test, Action);
    }
    return result;
  };

  for (const { name, start } of serverKinds) {
    it(`that pass over ${name} pass through the proxy`, async () => {
      const server = await start();
      const admin = await directly(server);
      await admin.query("DROP DATABASE IF EXISTS gotest");
      await admin.query("CREATE DATABASE gotest");
      await admin.end();
      const direct = await outcomes(server.port);
      const { proxy } = await startProxy(server, {
        clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD",
        // TestTLS asks the database for the cipher. MariaDB has no certificate here, and the test fails direct too.
        targetTls: server.flavour === "mysql",
      });
      const through = await outcomes(proxy.port);
      const lost = [...direct].flatMap(([test, outcome]) => {
        const top = test.split("/", 1)[0] ?? test;
        return outcome === "pass" && through.get(test) !== "pass" && !allowedFailures.has(top) ? [test] : [];
      });
      const passed = [...direct.values()].filter((outcome) => outcome === "pass").length;
      console.log(`      ${passed} of ${direct.size} pass direct`);
      assert.ok(passed > 100);
      assert.deepEqual(lost, []);
    });
  }
});

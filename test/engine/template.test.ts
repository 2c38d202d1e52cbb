import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { pulumiCli } from "./support/cli";

/** The CLI without its plugin for Node, which is not among Pulumi's published modules. It is needed only to install packages. */
const noLanguageHost = "error: failed to load language plugin nodejs: no language plugin";

describe("pulumi new with the folder template", function () {
  this.timeout(60_000);
  let folder: string | undefined;
  let output: string;

  before(function () {
    const cli = pulumiCli();
    if (cli === undefined) return this.skip();
    folder = mkdtempSync(join(tmpdir(), "pulumi-test-"));
    const given = ["--name", "shop", "--description", "Sells things", "--generate-only", "--yes"];
    const run = spawnSync(cli, ["new", join(process.cwd(), "template"), "--dir", join(folder, "shop"), ...given], {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...process.env,
        PULUMI_HOME: join(folder, "home"),
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
    });
    output = run.stdout + run.stderr;
    if (run.status !== 0) assert.ok(output.includes(noLanguageHost), output);
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const shop = () => join(folder ?? "", "shop");
  const read = (name: string) => readFileSync(join(shop(), name), "utf8");

  it("makes a project with the name that was given", () => {
    assert.match(output, /Created project 'shop'/);
    const { name, description, template } = parse(read("Pulumi.yaml"));
    assert.deepEqual([name, description, template], ["shop", "Sells things", undefined]);
    assert.equal(JSON.parse(read("package.json")).name, "shop");
    assert.match(read("README.md"), /^# shop$/m);
  });

  it("copies what a user needs, and leaves no blank to fill in", () => {
    const files = readdirSync(shop(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const names = files.map(({ name }) => name).sort();
    assert.deepEqual(names, [
      ".gitignore",
      "001-orders.sql",
      "Pulumi.yaml",
      "README.md",
      "index.test.ts",
      "index.ts",
      "package.json",
      "report.ts",
      "tsconfig.json",
    ]);
    for (const { parentPath, name } of files) {
      assert.doesNotMatch(readFileSync(join(parentPath, name), "utf8"), /\$\{(PROJECT|DESCRIPTION)\}/, name);
    }
  });

  it("asks for packages of Pulumi that the package works with, and for this version of it", () => {
    const own = JSON.parse(readFileSync("package.json", "utf8"));
    const { dependencies } = JSON.parse(read("package.json"));
    assert.equal(dependencies["lambda-rds-proxy"], `^${own.version}`);
    for (const name of Object.keys(own.peerDependencies).filter((peer) => peer.startsWith("@pulumi/"))) {
      assert.equal(dependencies[name], `^${own.devDependencies[name]}`, name);
    }
  });
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { build } from "esbuild";
import { Connection } from "../../local/cli/connection";
import { cliEnvironment } from "../../local/cli/environment";
import { WorkFolder } from "../../local/cli/workFolder";
import { hasYamlHost, pulumiCli, pulumiCommand, pythonWithPulumi, yamlHost } from "./support/cli";

const root = join(__dirname, "../..");
const schemaFile = join(root, "plugin/schema.json");

/** A program in YAML, as docs/pulumi-package.md shows it. */
const [, program = ""] = /```yaml\n(.*?)```/s.exec(readFileSync(join(root, "docs/pulumi-package.md"), "utf8")) ?? [];

describe("the components as a Pulumi package", function () {
  this.timeout(240_000);
  let folder: string;
  let executable: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-plugin-"));
    // Pulumi's language host for Node runs plugin/ as it is. It cannot be had everywhere, so an executable takes its place.
    executable = join(folder, "bin/pulumi-resource-lambda-rds-proxy");
    mkdirSync(dirname(executable));
    const preload = join(root, "scripts/typescript.cjs");
    writeFileSync(executable, `#!/bin/sh\nexec "${process.execPath}" -r "${preload}" "${root}/plugin/index.ts" "$@"\n`);
    chmodSync(executable, 0o700);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("have the schema that the CLI reads from them", async function () {
    const command = pulumiCli();
    if (command === undefined) {
      this.skip();
      return;
    }
    writeFileSync(join(folder, "Pulumi.yaml"), "name: schema\nruntime: yaml\n");
    const environment = { ...process.env, PULUMI_HOME: join(folder, "home"), PULUMI_SKIP_UPDATE_CHECK: "true" };
    const options = { cwd: folder, env: environment };
    const { stdout } = await promisify(execFile)(command, ["package", "get-schema", executable], options);
    const written = `${JSON.stringify(JSON.parse(stdout), undefined, 2)}\n`;
    if (process.env.WRITE_SCHEMA) writeFileSync(schemaFile, written);
    assert.deepEqual(JSON.parse(readFileSync(schemaFile, "utf8")), JSON.parse(stdout), "WRITE_SCHEMA=1 writes it");
  });

  describe("in another language", () => {
    let connection: Connection | undefined;
    afterEach(async () => {
      await connection?.order({ order: "stop" });
      await connection?.ended();
    });

    it("come up with their rows, stay the same, and go, in a YAML program", async function () {
      const command = await pulumiCommand();
      if (command === undefined || !hasYamlHost()) {
        this.skip();
        return;
      }
      const project = join(folder, "yaml");
      mkdirSync(project);
      writeFileSync(join(project, "Pulumi.yaml"), program);
      await build({
        stdin: {
          contents: `
            import { callback, Database, readEnvironment } from "lambda-rds-proxy/client";
            const database = new Database(readEnvironment());
            export const handler = callback(() => database.readArrays("select * from orders order by id"));`,
          resolveDir: root,
        },
        bundle: true,
        platform: "node",
        target: "node24",
        outfile: join(project, "report/index.js"),
        absWorkingDir: root,
        logLevel: "error",
      });
      const workFolder = await WorkFolder.open(project, "shop");
      connection = await Connection.findOrStart(project, workFolder.logFile);
      const environment = await cliEnvironment(workFolder, "test", await connection.announcement());
      const path = [dirname(executable), dirname(yamlHost()), process.env.PATH].join(":");
      const stack = await LocalWorkspace.createStack(
        { stackName: "test", workDir: project },
        { pulumiCommand: command, pulumiHome: join(folder, "home"), envVars: { ...environment, PATH: path } },
      );
      const before = temporary();
      await comesUpAndGoes(stack, connection);
      assert.deepEqual(temporary(), before);
    });

    it("come up and go in a program of Python's SDK", async function () {
      const [command, python] = [await pulumiCommand(), pythonWithPulumi()];
      if (command === undefined || python === undefined) {
        this.skip();
        return;
      }
      const project = join(folder, "python");
      mkdirSync(project);
      const workFolder = await WorkFolder.open(project, "python");
      connection = await Connection.findOrStart(project, workFolder.logFile);
      const environment = await cliEnvironment(workFolder, "test", await connection.announcement());
      const path = [dirname(executable), dirname(command.command), process.env.PATH].join(":");
      const script = join(__dirname, "support/program.py");
      const { stdout } = await promisify(execFile)(python, [script, project], {
        env: { ...process.env, ...environment, PATH: path, PULUMI_HOME: join(folder, "home") },
      });
      assert.match(stdout, /^endpoint: orders-proxy-\w+\.proxy-/m);
      assert.match(stdout, /^second: \['same'\]$/m);
      const { resources } = await connection.order({ order: "status" });
      assert.equal(resources, 0);
    });
  });
});

async function comesUpAndGoes(stack: Stack, connection: Connection): Promise<void> {
  const { outputs } = await stack.up();
  assert.equal(outputs.rows?.value, '[[1,"taro"],[2,"hanako"]]');
  const { changeSummary } = await stack.preview();
  assert.deepEqual(Object.keys(changeSummary), ["same"]);
  await stack.destroy();
  const { resources } = await connection.order({ order: "status" });
  assert.equal(resources, 0);
}

const temporary = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("migrations-"));

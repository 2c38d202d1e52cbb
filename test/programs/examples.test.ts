import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { assertNotReachable, assertReachable, graphOf } from "../../testing";
import { examples, folderOf, root } from "./support/examples";

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/** Folders below examples/ that have a program. */
const projects = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith("Pulumi.yaml"))
  .map((path) => path.replace(/\/?Pulumi\.yaml$/, ""));

describe("the examples", function () {
  this.timeout(120_000);

  it("are all tried here, and the index lists them", () => {
    const index = readFileSync(join(root, "examples/README.md"), "utf8");
    const tried = [...examples.map(({ name }) => name), "other-stack/database", "other-stack/function"];
    assert.deepEqual([...projects].sort(), tried.sort());
    for (const name of projects) assert.ok(index.includes(`(${name.split("/")[0] ?? ""}/)`), name);
  });

  for (const { name, lastLine, output } of examples) {
    it(`${name} runs on the stand-in, and prints what it should`, async () => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["-r", "./scripts/typescript.cjs", "local/main.ts", "--program", folderOf(name)],
        { cwd: root, maxBuffer: 16 * 2 ** 20 },
      );
      const last = stdout.trimEnd().split("\n").at(-1) ?? "";
      if (typeof lastLine === "string") assert.equal(last, lastLine);
      else assert.match(last, lastLine);
      if (output !== undefined) assert.match(stdout, output);
    });
  }

  it("ecs-worker: the worker reaches the proxy, and not the database", async () => {
    const before = process.cwd();
    process.chdir(folderOf("ecs-worker"));
    try {
      const graph = await graphOf("index.ts");
      assertReachable(graph, "worker", "orders-proxy");
      assertNotReachable(graph, "worker", "orders-database");
    } finally {
      process.chdir(before);
    }
  });

  for (const name of projects) {
    it(`${name} asks for versions that this project has been tried with`, () => {
      const own = manifestOf(folderOf(name));
      const tried = manifestOf(root);
      for (const [dependency, range] of Object.entries({ ...own.dependencies, ...own.devDependencies })) {
        if (dependency === "lambda-rds-proxy") continue;
        const version = tried.devDependencies[dependency] ?? tried.dependencies[dependency]?.replace("^", "");
        assert.equal(range, `^${version ?? "none"}`, dependency);
      }
    });
  }

  for (const name of [...new Set(projects.map((project) => project.split("/")[0] ?? ""))]) {
    it(`${name} has a README of about ten lines`, () => {
      const readme = join(root, "examples", name, "README.md");
      assert.ok(existsSync(readme));
      assert.ok(readFileSync(readme, "utf8").split("\n").length <= 20);
    });
  }
});

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifest, pack, Project, root } from "./support/project";

const sampleRows = '[[1,"taro"],[2,"hanako"]]';

/** The oldest versions that the ranges of the peers allow, and the newest that this project has been tried with. */
const peers: Record<string, string> = manifest.peerDependencies;
const oldest = pulumiPackages().map((name) => `${name}@${peers[name]?.replace("^", "") ?? ""}`);
const newest = pulumiPackages().map((name) => `${name}@${manifest.devDependencies[name]}`);

function pulumiPackages(): string[] {
  return Object.keys(peers).filter((name) => name.startsWith("@pulumi/"));
}

/** The blocks of TypeScript in a document, after a heading. */
function codeIn(document: string, heading: string): string[] {
  const [, section = ""] = readFileSync(join(root, document), "utf8").split(heading);
  return [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
}

let tarballs: string;
let tarball: string;
before(function () {
  this.timeout(120_000);
  tarballs = mkdtempSync(join(tmpdir(), "package-test-"));
  tarball = pack(tarballs);
});
after(() => {
  rmSync(tarballs, { recursive: true, force: true });
});

describe("the packed package", () => {
  let files: string[];
  before(() => {
    files = execFileSync("tar", ["--list", "--file", tarball], { encoding: "utf8" }).trim().split("\n");
  });

  it("holds what users need: no source, no test, no benchmark", () => {
    const folders = new Set(files.map((file) => file.split("/").slice(1, 3).join("/")));
    const built = ["components", "doctor", "handler", "local", "modules", "testing"].map((name) => `dist/${name}`);
    const documents = [...folders].filter((folder) => folder.startsWith("docs/"));
    assert.deepEqual(
      [...folders].sort(),
      ["CHANGELOG.md", "LICENSE", "README.md", "README.ja.md", "package.json", ...built, ...documents].sort(),
    );
    assert.deepEqual(
      files.filter((file) => /(?<!\.d)\.m?ts$/.test(file)),
      [],
    );
  });

  for (const [checker, args] of [
    ["publint", ["--strict"]],
    ["attw", ["--format", "ascii", "--no-emoji"]],
  ] as const) {
    it(`has nothing that ${checker} finds fault with`, () => {
      const { status, stdout, stderr } = spawnSync("npx", [checker, tarball, ...args], { cwd: root, encoding: "utf8" });
      assert.equal(status, 0, stdout + stderr);
    });
  }

  it("is 400 KB at most", () => {
    const bytes = readFileSync(tarball).length;
    assert.ok(bytes < 400_000, `${bytes} bytes`);
  });
});

describe("in an empty folder, with the newest packages of Pulumi,", () => {
  let project: Project;
  before(function () {
    this.timeout(300_000);
    project = Project.create();
    project.writeTemplate();
    project.install([tarball, ...newest]);
  });
  after(() => {
    project.remove();
  });

  it("the project of `pulumi new` passes its test, those of docs/testing.md, and its type check", async () => {
    const [mocked = "", graph = ""] = codeIn("docs/testing.md", "# Testing");
    project.write({ "test/mocked.test.ts": mocked, "test/graph.test.ts": graph });
    const [tested, checked] = await Promise.all([
      project.run("npm", ["test"]),
      project.run("npm", ["run", "typecheck"]),
    ]);
    assert.equal(tested.status, 0, tested.output);
    assert.match(tested.output, /4 passing/);
    assert.equal(checked.status, 0, checked.output);
  });

  it("the command runs the program on the stand-in and prints its outputs, with the rows last", async () => {
    const { status, output } = await project.run("npx", ["lambda-rds-proxy", "local"]);
    assert.equal(status, 0, output);
    assert.match(output, /^ {2}rows +\[\[1,"taro"\],\[2,"hanako"\]\]$/m);
    assert.match(output, /^ {2}functionName +report-function-/m);
    assert.equal(output.trim().split("\n").at(-1), sampleRows);
  });

  it("the command serves the live page with all its files, and its clients run", async () => {
    const standIn = project.start("npx", ["lambda-rds-proxy", "local", "--stay"]);
    let url = "";
    try {
      url = await standIn.line(/^ {2}(http:\S+)\/$/);
      const html = await (await fetch(`${url}/`, { headers: { accept: "text/html" } })).text();
      const paths = [...html.matchAll(/(?:href|src)="(\/page\/[^"]+)"/g)].flatMap(([, path = ""]) => path);
      const modules = (await (await fetch(`${url}/page/page.js`)).text()).matchAll(/from ?"\.(\/\w+\.js)"/g);
      for (const [, path = ""] of modules) paths.push(`/page${path}`);
      assert.ok(paths.length >= 8, paths.join());
      for (const path of paths) assert.equal((await fetch(url + path)).status, 200, path);
      const state = async () => (await (await fetch(`${url}/`)).json()) as { DBProxies: any[] };
      const [{ DBProxyName: proxy }] = (await state()).DBProxies;
      const page = await fetch(`${url}/page/events`);
      const body = JSON.stringify({ clients: 5, to: "proxy", work: "query", proxy });
      assert.equal((await fetch(`${url}/page/load`, { method: "PUT", body })).status, 204);
      while ((await state()).DBProxies[0].Metrics.ClientConnections < 5);
      await page.body?.cancel();
    } finally {
      await standIn.interrupt();
    }
    await assert.rejects(fetch(url));
  });

  it("the three lines of README run under mocks and on the stand-in", async () => {
    const [index = "", report = ""] = (codeIn("README.md", "## In your own project")[0] ?? "").split("// report.ts");
    const own = project.inside("readme", {
      "Pulumi.yaml": "name: readme\nruntime: nodejs\n",
      "package.json": "{}",
      "index.ts": index,
      "report.ts": report,
      "mocks.js": `
        const { graphOf } = require("lambda-rds-proxy/testing");
        require("ts-node").register({ transpileOnly: true, skipProject: true, compilerOptions: { module: "nodenext", moduleResolution: "nodenext" } });
        graphOf("index.ts").then((graph) => console.log(graph.all("aws:lambda/function:Function").length, "functions"));`,
    });
    const mocked = await own.run("node", ["mocks.js"]);
    assert.deepEqual([mocked.status, mocked.output], [0, "2 functions\n"]);
    const { status, output } = await own.run("npx", ["lambda-rds-proxy", "local"]);
    assert.equal(status, 0, output);
    assert.equal(output.trim().split("\n").at(-1), '[{"greeting":"hello"}]');
  });

  for (const [what, files, args] of [
    [
      "in JavaScript, with its main file in package.json",
      {
        "package.json": '{ "main": "src/main.js" }',
        "src/main.js": `
          const pulumi = require("@pulumi/pulumi");
          exports.size = new pulumi.Config().require("size");
          exports.token = pulumi.secret("hunter2");`,
      },
      ["--config", "size=3"],
    ],
    [
      "as an ES module, in a folder that Pulumi.yaml names",
      {
        "package.json": '{ "type": "module" }',
        "Pulumi.yaml": "name: other\nruntime: nodejs\nmain: src\nconfig: { size: 3 }\n",
        "src/index.js": `
          import * as pulumi from "@pulumi/pulumi";
          export const size = new pulumi.Config().require("size");
          export const token = pulumi.secret("hunter2");`,
      },
      [],
    ],
    [
      "of ES modules in TypeScript",
      {
        "package.json": '{ "type": "module" }',
        "index.ts": `
          import * as pulumi from "@pulumi/pulumi";
          import { size as found } from "./size.js";
          export const size: number = found;
          export const token = pulumi.secret("hunter2");`,
        "size.ts": "export const size: number = 3;",
      },
      [],
    ],
    [
      "that exports a function",
      {
        "index.ts": `
          import * as pulumi from "@pulumi/pulumi";
          export = async (): Promise<object> => ({ size: 3 as number, token: pulumi.secret("hunter2") });`,
      },
      [],
    ],
  ] as [string, Record<string, string>, string[]][]) {
    it(`the command runs a program ${what}, and shows no secret`, async () => {
      project.inside("other", { "Pulumi.yaml": "name: other\nruntime: nodejs\n", "package.json": "{}", ...files });
      const { status, output } = await project.run("npx", ["lambda-rds-proxy", "local", "--program", "other", ...args]);
      rmSync(join(project.folder, "other"), { recursive: true });
      assert.equal(status, 0, output);
      assert.match(output, /^ {2}size {2}3$/m);
      assert.match(output, /^ {2}token \[secret\]$/m);
      assert.ok(!output.includes("hunter2"), output);
    });
  }

  it("the command runs a program that has no ts-node of its own, and leaves no file behind", () => {
    const own = join(project.folder, "node_modules/ts-node");
    renameSync(own, `${own}-away`);
    const temporary = join(project.folder, "temporary");
    mkdirSync(temporary);
    // Without npx, since npm keeps a cache of its own there.
    try {
      const { status, output } = project.runSync("node", ["node_modules/.bin/lambda-rds-proxy", "local"], {
        TMPDIR: temporary,
      });
      assert.equal(status, 0, output);
      assert.equal(output.trim().split("\n").at(-1), sampleRows);
      assert.deepEqual(readdirSync(temporary), []);
    } finally {
      renameSync(`${own}-away`, own);
    }
  });

  it("the command says in one sentence what it cannot do", async () => {
    const empty = project.inside("empty", { "package.json": "{}" });
    const none = await empty.run("npx", ["lambda-rds-proxy", "local"]);
    assert.match(
      none.output.trim(),
      /^error: There is no Pulumi\.yaml in \S+: run this in the folder of a Pulumi program/,
    );
    const other = await project.run("npx", ["lambda-rds-proxy", "deploy"]);
    assert.deepEqual(
      [other.status, other.output.trim()],
      [1, 'error: There is no command "deploy": write `lambda-rds-proxy local` or `lambda-rds-proxy doctor`.'],
    );
  });

  it("a callback becomes a package as small as in the checkout: 150 KB at most, zipped", async () => {
    project.write({
      "size.js": `
        const { deflateRawSync } = require("node:zlib");
        const pulumi = require("@pulumi/pulumi");
        const { ProxiedDatabase, ProxyClientFunction } = require("lambda-rds-proxy");
        const { mocks } = require("lambda-rds-proxy/testing");
        (async () => {
          await pulumi.runtime.setMocks(mocks());
          const database = new ProxiedDatabase("orders");
          const report = new ProxyClientFunction("report", { database, callbackFactory: () => require("./report").handler });
          await pulumi.runtime.disconnect();
          const code = await new Promise((resolve) => report.function.code.apply(resolve));
          const texts = await Promise.all(Object.values(await code.assets).map(({ text }) => text));
          console.log(texts.map((text) => deflateRawSync(text).length).reduce((sum, size) => sum + size));
        })();`,
    });
    const { output } = await project.run("node", ["size.js"]);
    const size = Number(output);
    assert.ok(size > 50_000 && size <= 150_000, output);
  });

  it("each door loads only what it is for", async () => {
    for (const [door, foreign] of [
      // What a server stores of a password is computed by the program and by the function that rotates it.
      [
        "lambda-rds-proxy",
        "/dist/(local|testing|doctor|handler/(?!manage/verifier))|/node_modules/(yaml|@peculiar|mysql2)/",
      ],
      ["lambda-rds-proxy/client", "/dist/(local|components|testing)/|/node_modules/(@pulumi|esbuild)/"],
      ["lambda-rds-proxy/testing", "/dist/(local|components|handler)/|/node_modules/(yaml|@peculiar|mysql2|esbuild)/"],
    ] as const) {
      const program = `require("${door}"); console.log(Object.keys(require.cache).filter((file) => /${foreign.replaceAll("/", "\\/")}/.test(file)).join())`;
      assert.deepEqual(await project.run("node", ["--eval", program]), { status: 0, output: "\n" }, door);
    }
  });

  it("an ES module imports each door by name", async () => {
    const program = `
      import { ProxiedDatabase } from "lambda-rds-proxy";
      import { Database } from "lambda-rds-proxy/client";
      import { graphOf } from "lambda-rds-proxy/testing";
      console.log(ProxiedDatabase.name, Database.name, graphOf.name);`;
    const { output } = await project.run("node", ["--input-type=module", "--eval", program]);
    assert.equal(output, "ProxiedDatabase Database graphOf\n");
  });

  for (const [target, settings] of [
    ["es2020", { module: "node16", moduleResolution: "node16" }],
    ["esnext", { module: "esnext", moduleResolution: "bundler" }],
  ] as const) {
    it(typeChecks(target, settings.module, "6"), async function () {
      this.timeout(120_000);
      await checkTypes(project, { target, ...settings }, "commonjs");
    });
  }

  describe("with second copies", () => {
    /** Real copies, as npm makes them where the versions that two packages want do not fit together. */
    const copies = (own: Project, names: string[]) => {
      for (const name of names) {
        const to = join(own.folder, "node_modules", name);
        cpSync(join(project.folder, "node_modules", name), to, { recursive: true });
      }
    };
    const program = `
      const aws = require("@pulumi/aws");
      const pulumi = require("@pulumi/pulumi");
      const { override, ProxiedDatabase, ProxyClientFunction, ArgumentError } = require("lambda-rds-proxy");
      const other = require("./copy");
      const database = new ProxiedDatabase("orders", {
        overrides: [override(aws.rds.Instance, { allocatedStorage: 30 })],
      });
      const suffix = pulumi.output("!");
      const hello = new other.ProxyClientFunction("hello", {
        database,
        callback: async () => "hello" + suffix.get(),
        overrides: [override(aws.lambda.Function, (args) => ({ ...args, memorySize: 512 }))],
      });
      exports.greeting = hello.invokeOnDeploy().result;
      exports.memorySize = hello.function.memorySize;
      exports.isResource = pulumi.Resource.isInstance(database.nodes.target) && aws.lambda.Function.isInstance(hello.function);
      try {
        new other.ProxiedDatabase("Orders");
      } catch (error) {
        exports.refused = pulumi.RunError.isInstance(error) && error.name;
      }`;

    for (const [what, names] of [
      ["of @pulumi/aws", ["@pulumi/aws"]],
      ["of @pulumi/aws, @pulumi/pulumi and this package", ["@pulumi/aws", "@pulumi/pulumi", "lambda-rds-proxy"]],
    ] as const) {
      it(`${what}, overrides, packaging and checks work as with one`, async function () {
        this.timeout(120_000);
        const own = project.inside("twice", {
          "Pulumi.yaml": "name: twice\nruntime: nodejs\n",
          "package.json": "{}",
          "index.js": program,
          "copy/index.js": 'module.exports = require("lambda-rds-proxy");',
        });
        const copy = project.inside("twice/copy", {});
        copies(names.length === 1 ? own : copy, [...names]);
        const { status, output } = await own.run("npx", ["lambda-rds-proxy", "local"]);
        rmSync(own.folder, { recursive: true });
        assert.equal(status, 0, output);
        assert.match(output, /^ {2}greeting +hello!$/m);
        assert.match(output, /^ {2}memorySize +512$/m);
        assert.match(output, /^ {2}isResource +true$/m);
        assert.match(output, /^ {2}refused +ArgumentError$/m);
      });
    }
  });
});

describe("with the oldest packages of Pulumi that it allows,", () => {
  let project: Project;
  before(function () {
    this.timeout(300_000);
    project = Project.create();
    project.writeTemplate();
    project.install([tarball, ...oldest, "typescript@5.8"]);
  });
  after(() => {
    project.remove();
  });

  it("the project of `pulumi new` passes its test", async () => {
    const { status, output } = await project.run("npm", ["test"]);
    assert.equal(status, 0, output);
  });

  it("the components use no argument that these packages lack", async function () {
    this.timeout(120_000);
    project.write({
      "source/tsconfig.json": JSON.stringify({
        extends: join(root, "tsconfig.json"),
        compilerOptions: { rootDir: ".", types: ["node"] },
        include: ["components", "handler", "doctor/reasons.ts"],
      }),
    });
    for (const folder of ["components", "handler", "doctor/reasons.ts"]) {
      cpSync(join(root, folder), join(project.folder, "source", folder), { recursive: true });
    }
    const { status, output } = await project.run("npx", ["tsc", "--project", "source"]);
    assert.equal(status, 0, output);
  });

  for (const [target, settings, type] of [
    ["es2020", { module: "commonjs", moduleResolution: "node10" }, "commonjs"],
    ["esnext", { module: "nodenext", moduleResolution: "nodenext" }, "module"],
  ] as const) {
    it(typeChecks(target, settings.module, "5.8"), async function () {
      this.timeout(120_000);
      await checkTypes(project, { target, ...settings }, type);
    });
  }
});

/** Name of the test with some settings of the compiler. */
function typeChecks(target: string, module: string, version: string): string {
  return `a program's use of each door type-checks with TypeScript ${version}, target ${target} and module ${module}`;
}

/** Checks the types of a program that uses each door, and of the declarations that it gets. */
async function checkTypes(project: Project, compilerOptions: object, type: "commonjs" | "module"): Promise<void> {
  const own = project.inside(`types-${JSON.stringify(compilerOptions).replace(/\W+/g, "-")}`, {
    "package.json": JSON.stringify({ type }),
    "tsconfig.json": JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, types: ["node"], ...compilerOptions },
      files: ["main.ts"],
    }),
    "main.ts": `
      import * as aws from "@pulumi/aws";
      import { ArgumentError, override, ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "lambda-rds-proxy";
      import { callback, type Database, readEnvironment } from "lambda-rds-proxy/client";
      import { assertReachable, graphOf, mocks } from "lambda-rds-proxy/testing";
      const args: ProxiedDatabaseArgs = { overrides: [override(aws.rds.Instance, { allocatedStorage: 30 })] };
      export const database = new ProxiedDatabase("orders", args);
      export const endpoint: string | undefined = database.nodes.proxy.endpoint.get();
      export const report = new ProxyClientFunction("report", { database, callback: callback(async () => readEnvironment().DB_NAME) });
      export const rows = (client: Database) => client.read<{ id: number }>("select 1 as id").then(([row]) => row?.id.toFixed());
      export const graph = graphOf("index.ts", { region: "us-east-1" }).then((found) => assertReachable(found, "report", "orders"));
      export const answers = mocks().call({ token: "", inputs: {} });
      // @ts-expect-error: an argument of another type
      new ProxiedDatabase("orders", { bastion: "yes" });
      export const isRefusal = (error: unknown) => error instanceof ArgumentError;`,
  });
  const { output } = await own.run("npx", ["tsc"]);
  // Declarations of other packages have errors of their own.
  const errors = output.split("\n").filter((line) => /^main\.ts|lambda-rds-proxy|^error/.test(line));
  assert.deepEqual(errors, [], output);
}

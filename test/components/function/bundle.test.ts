import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { filesOf, load, pack, removeFolders, unpack } from "./package";

type Bundled = typeof import("./handlers/bundled");

const sqlFile = "test/components/function/handlers/handler-report.sql";
const factory = () => (require("./test/components/function/handlers/bundled") as Bundled).describe;

/** Stands in for npm: notes what it was asked for, and installs one file. */
const npm = `#!/bin/sh
pwd > "$FAKE_NPM_LOG"; echo "$@" >> "$FAKE_NPM_LOG"; cat package.json >> "$FAKE_NPM_LOG"
[ -n "$FAKE_NPM_FAILS" ] && { echo "npm error code E404" >&2; exit 1; }
mkdir -p node_modules/native-module && echo 'module.exports = "native"' > node_modules/native-module/index.js`;

describe("the arguments of a bundle", () => {
  const { PATH, LAMBDA_TASK_ROOT } = process.env;
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "npm-"));
    writeFileSync(join(folder, "npm"), npm);
    chmodSync(join(folder, "npm"), 0o755);
    process.env.PATH = `${folder}:${PATH ?? ""}`;
    process.env.FAKE_NPM_LOG = join(folder, "log");
  });
  after(() => {
    Object.assign(process.env, { PATH });
    if (LAMBDA_TASK_ROOT === undefined) delete process.env.LAMBDA_TASK_ROOT;
    delete process.env.FAKE_NPM_LOG;
    rmSync(folder, { recursive: true });
    removeFolders();
  });

  const settings = {
    files: { "sql/report.sql": sqlFile },
    loader: { ".sql": "text" as const },
    define: { stage: '"prod"' },
    install: ["native-module@1.2.3"],
  };

  it("bring files, texts, names and native modules into the package", async () => {
    const made = pack(factory, settings);
    const assets = (await (await made).archive.assets) as Record<string, pulumi.asset.FileAsset>;
    const paths = Object.entries(assets).filter(([, asset]) => "path" in asset);
    const copied = await Promise.all(
      paths.map(async ([name, asset]) => [name, readFileSync(await asset.path, "utf8")] as const),
    );
    const files = { ...(await filesOf(made)), ...Object.fromEntries(copied) };
    assert.deepEqual(Object.keys(files).sort(), [
      "index.js",
      "index.js.map",
      "node_modules/native-module/index.js",
      "sql/report.sql",
    ]);
    process.env.LAMBDA_TASK_ROOT = unpack(files);
    assert.deepEqual(await load(files)({} as never, {} as never), {
      sql: "select * from report\n",
      file: "select * from report\n",
      stage: "prod",
      native: "native",
    });
  });

  it("install native modules for Lambda's platform and the function's architecture", async () => {
    await pack(factory, settings, "x86_64");
    const [installedIn, command, ...dependencies] = readFileSync(join(folder, "log"), "utf8").split("\n");
    assert.ok(!installedIn?.startsWith(process.cwd()));
    assert.match(command ?? "", /^install --os=linux --cpu=x64 --libc=glibc/);
    assert.match(dependencies.join(), /"native-module":"1.2.3"/);
  });

  it("install the version that the program has, unless another one is named", async () => {
    await pack(factory, { ...settings, install: ["mysql2", "native-module"] });
    const { version } = JSON.parse(readFileSync("node_modules/mysql2/package.json", "utf8")) as { version: string };
    assert.match(
      readFileSync(join(folder, "log"), "utf8"),
      new RegExp(`"mysql2":"${version}","native-module":"latest"`),
    );
  });

  it("say what npm said when it failed", async () => {
    process.env.FAKE_NPM_FAILS = "yes";
    try {
      await assert.rejects(
        pack(factory, settings),
        /"read" cannot be packaged: npm could not install native-module@1.2.3 for Lambda: npm error code E404/,
      );
    } finally {
      delete process.env.FAKE_NPM_FAILS;
    }
  });

  it("change the hash of the package", async () => {
    const hashOf = async (more: object) => (await pack(factory, { ...settings, ...more })).hash;
    const hash = await hashOf({});
    assert.equal(await hashOf({}), hash);
    assert.notEqual(await hashOf({ files: { "sql/report.sql": "package.json" } }), hash);
    assert.notEqual(await hashOf({ define: { stage: '"dev"' } }), hash);
  });

  it("leave out what is elsewhere", async () => {
    const files = await filesOf(pack(factory, { ...settings, install: [], external: ["native-*"] }));
    assert.match(files["index.js"] ?? "", /require\("native-module"\)/);
  });
});

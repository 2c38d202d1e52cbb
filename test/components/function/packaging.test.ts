import assert from "node:assert/strict";
import vm from "node:vm";
import { gzipSync } from "node:zlib";
import type * as pulumi from "@pulumi/pulumi";
import { type LambdaHandler, packageCallback } from "../../../components/function/packaging";

async function textOf(factory: () => LambdaHandler): Promise<string> {
  const { archive } = await packageCallback("read", { callbackFactory: factory });
  const files = (await archive.assets) as Record<string, pulumi.asset.StringAsset>;
  const { "index.js": index, ...others } = files;
  assert.deepEqual(others, {});
  assert.ok(index !== undefined);
  return index.text;
}

/** Loads a package as Lambda does: as a CommonJS module that finds Node's own modules only. */
function load(text: string): LambdaHandler {
  const loaded: { exports: { handler?: LambdaHandler } } = { exports: {} };
  vm.compileFunction(text, ["module", "exports", "require"])(loaded, loaded.exports, require);
  const { handler } = loaded.exports;
  assert.ok(handler !== undefined);
  return handler;
}

describe("the package of a callback", () => {
  it("is one file that exports the callback", async () => {
    const handler = load(await textOf(() => (event: never) => Promise.resolve({ got: event })));
    assert.deepEqual(await handler("an event" as never, {} as never), { got: "an event" });
  });

  it("may be made from the callback itself", async () => {
    const { archive } = await packageCallback("read", { callback: (event: never) => Promise.resolve([event]) });
    const { "index.js": index } = (await archive.assets) as Record<string, pulumi.asset.StringAsset>;
    assert.deepEqual(await load((await index?.text) ?? "")("an event" as never, {} as never), ["an event"]);
  });

  it("has a hash that changes with the code, and with nothing else", async () => {
    const hashOf = async (greeting: string) =>
      (await packageCallback("read", { callbackFactory: () => () => Promise.resolve(greeting) })).hash;
    assert.equal(await hashOf("hello"), await hashOf("hello"));
    assert.notEqual(await hashOf("hello"), await hashOf("goodbye"));
  });

  it("carries the values that the factory captured", async () => {
    const greeting = { text: "hello" };
    assert.equal(
      await load(await textOf(() => () => Promise.resolve(greeting.text)))({} as never, {} as never),
      "hello",
    );
  });

  it("runs the factory once per container, so that its variables survive between invocations", async () => {
    const handler = load(
      await textOf(() => {
        let count = 0;
        return () => Promise.resolve(++count);
      }),
    );
    assert.deepEqual([await handler({} as never, {} as never), await handler({} as never, {} as never)], [1, 2]);
  });

  it("holds the handler with everything it requires, in less than a megabyte zipped", async () => {
    // The path is relative to the folder that the program runs in, not to this file.
    const text = await textOf(() => (require("./handler") as typeof import("../../../handler")).readSampleRows);
    assert.match(text, /select \* from sample/);
    assert.ok(gzipSync(text).length < 1_000_000, `${gzipSync(text).length} bytes`);
  });

  it("fails with the callback's name when a module that it requires does not exist", async () => {
    await assert.rejects(
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      packageCallback("read", { callbackFactory: () => require("./nowhere") as LambdaHandler }),
      /The callback of ProxyClientFunction "read" cannot be packaged: .*Could not resolve "\.\/nowhere"/s,
    );
  });

  it("fails with the callback's name when its closure cannot be serialised", async () => {
    const native = new Map([["key", Math.max]]).entries();
    await assert.rejects(
      packageCallback("read", { callbackFactory: () => () => Promise.resolve([...native]) }),
      /The callback of ProxyClientFunction "read" cannot be packaged: /,
    );
  });
});

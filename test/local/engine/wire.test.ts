import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asset } from "@pulumi/pulumi";
import { assetPaths, inputsOfWire, wireInputs } from "../../../local/engine";

describe("inputs for another process", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "wire-test-"));
    writeFileSync(join(folder, "data.txt"), "one");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("come back as they were, with assets and archives at every depth", async () => {
    const inputs = {
      name: "read",
      list: [1, { deep: true }],
      code: new asset.AssetArchive({
        "index.js": new asset.StringAsset("exports.handler = 1;"),
        "data.txt": new asset.FileAsset(join(folder, "data.txt")),
        folder: new asset.FileArchive(folder),
        far: new asset.RemoteAsset("https://example.com/a"),
      }),
    };
    const text = JSON.stringify(await wireInputs(inputs));
    const { code, ...others } = inputsOfWire(JSON.parse(text) as object as Record<string, unknown>);
    assert.deepEqual(others, { name: "read", list: [1, { deep: true }] });
    assert.ok(asset.AssetArchive.isInstance(code));
    const { "index.js": index, ...files } = (await (code as { assets: Promise<unknown> }).assets) as Record<
      string,
      any
    >;
    assert.equal(await index.text, "exports.handler = 1;");
    assert.deepEqual(
      [await files["data.txt"].path, await files.folder.path, await files.far.uri],
      [join(folder, "data.txt"), folder, "https://example.com/a"],
    );
  });

  it("have another hash when a file of an asset, or in a folder, has changed, and the same otherwise", async () => {
    const hashes = async (): Promise<unknown[]> => {
      const { file, archive } = await wireInputs({
        file: new asset.FileAsset(join(folder, "data.txt")),
        archive: new asset.AssetArchive({ all: new asset.FileArchive(folder) }),
      });
      return [file, archive].map((value) => (value as { hash: string }).hash);
    };
    const before = await hashes();
    assert.deepEqual(await hashes(), before);
    writeFileSync(join(folder, "data.txt"), "two");
    const after = await hashes();
    assert.notEqual(after[0], before[0]);
    assert.notEqual(after[1], before[1]);
  });

  it("name the files and folders that they are made of", async () => {
    const file = join(folder, "data.txt");
    const inputs = await wireInputs({
      path: "not a file",
      code: new asset.AssetArchive({ a: new asset.FileAsset(file) }),
    });
    assert.deepEqual(assetPaths(inputs), [file]);
  });
});

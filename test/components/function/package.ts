import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import type * as pulumi from "@pulumi/pulumi";
import { type LambdaHandler, packageCallback, type PackagingOptions } from "../../../components/function/packaging";

const nothing = { external: [], files: {}, loader: {}, define: {}, sourceMap: true, install: [] };

/** Packages a callback with settings beside the defaults. */
export const pack = (
  callbackFactory: () => LambdaHandler,
  bundle: Partial<PackagingOptions["bundle"]> = {},
  architecture: PackagingOptions["architecture"] = "arm64",
) => packageCallback("read", { callbackFactory }, { bundle: { ...nothing, ...bundle }, architecture });

/** The files of a package that are texts. */
export async function filesOf(made: ReturnType<typeof pack>): Promise<Record<string, string>> {
  const assets = (await (await made).archive.assets) as Record<string, pulumi.asset.StringAsset>;
  const entries = Object.entries(assets).filter(([, asset]) => "text" in asset);
  return Object.fromEntries(await Promise.all(entries.map(async ([name, asset]) => [name, await asset.text] as const)));
}

const folders: string[] = [];

/** Loads a package the way Lambda does: from a folder with nothing around it. */
export function load(files: Record<string, string>): LambdaHandler {
  const folder = unpack(files);
  return (createRequire(join(folder, "/"))(join(folder, "index.js")) as { handler: LambdaHandler }).handler;
}

/** Writes a package into a folder that `removeFolders` removes. */
export function unpack(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "package-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

/** Bytes of the zip that Lambda gets: of each file a header at its place and one in the directory, 76 bytes and twice its name. */
export function zippedSize(files: Record<string, string>): number {
  const sizes = Object.entries(files).map(([name, text]) => {
    const content = Buffer.from(text);
    return deflateRawSync(content).length + 76 + 2 * Buffer.byteLength(name);
  });
  return sizes.reduce((sum, size) => sum + size, 22);
}

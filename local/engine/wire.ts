import { createHash, type Hash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { asset, runtime } from "@pulumi/pulumi";
import { plain, type Properties } from "./plain";

/** An asset or an archive in the form in which Pulumi's own protocol has it: with a signature, and a hash of what is in it. */
type WireAsset = Record<string, unknown> & { hash: string };

/**
 * Returns inputs in a form that can go to another process, and that tells whether the content of a file has changed. Paths in it do
 * not depend on the current folder.
 */
export async function wireInputs(inputs: Properties): Promise<Properties> {
  const entries = Object.entries(inputs).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    await Promise.all(entries.map(async ([key, value]) => [key, await wireValue(value)] as const)),
  );
}

/** Returns the inputs as a kind wants them: with assets as objects of Pulumi's SDK. */
export function inputsOfWire(inputs: Properties): Properties {
  return plain(runtime.deserializeProperty(inputs)) as Properties;
}

/** Paths of the files and folders that are assets in the inputs. */
export function assetPaths(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { path } = value as { path?: unknown };
  if (runtime.specialSigKey in value && typeof path === "string") return [path];
  return Object.values(value).flatMap(assetPaths);
}

async function wireValue(value: unknown): Promise<unknown> {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map(wireValue));
  if (asset.Asset.isInstance(value) || asset.Archive.isInstance(value)) return wireAsset(value);
  return wireInputs(value);
}

async function wireAsset(value: object): Promise<WireAsset> {
  const signature = asset.Archive.isInstance(value) ? runtime.specialArchiveSig : runtime.specialAssetSig;
  const content = value as Record<"text" | "path" | "uri" | "assets", Promise<unknown> | undefined>;
  const hash = createHash("sha256");
  const fields: Properties = {};
  if (content.assets !== undefined) {
    const assets = await wireInputs((await content.assets) as Properties);
    for (const [name, entry] of Object.entries(assets).sort(byName)) {
      hash.update(name).update((entry as WireAsset).hash);
    }
    fields.assets = assets;
  } else if (content.path !== undefined) {
    fields.path = resolve(String(await content.path));
    await hashPath(hash, String(fields.path));
  } else {
    const [text, uri] = [await content.text, await content.uri];
    Object.assign(fields, text === undefined ? { uri } : { text });
    hash.update(JSON.stringify(fields));
  }
  return { [runtime.specialSigKey]: signature, ...fields, hash: hash.digest("hex") };
}

/** The order of the files in an archive means nothing. */
function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}

/** A path that is not there has a hash, too: the kind that reads it says what is wrong. */
async function hashPath(hash: Hash, path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) hash.update(await readFile(path));
  if (!found?.isDirectory()) return;
  for (const name of (await readdir(path)).sort()) {
    hash.update(name);
    await hashPath(hash, join(path, name));
  }
}

import { createHash, type Hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { relative, sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { bundle, type Files } from "./bundle";
import type { PackageSettings } from "./bundleArguments";
import type { FunctionCode } from "./code";
import { installForLambda, namesOf } from "./install";
import { typeOfHandler } from "./probe";

/** The Node that callbacks run on, in AWS and in the stand-in. */
const nodeRuntime = "nodejs24.x";
const target = "node24";

/** An async Lambda handler. */
export type LambdaHandler = (event: never, context: never) => Promise<unknown>;

/** A callback, or a factory that makes it once per container. */
export interface Callback {
  callback?: LambdaHandler | undefined;
  callbackFactory?: (() => LambdaHandler) | undefined;
}

/** How to package a callback. */
export interface PackagingOptions {
  bundle: PackageSettings;
  architecture: "arm64" | "x86_64";
}

/** The package of a Lambda function. */
export interface FunctionPackage<A = pulumi.asset.AssetArchive> {
  archive: A;
  handler: string;
  runtime: string;
  /**
   * Changes with the code. It is known at preview, unlike the hash that Lambda computes: the provider does not announce that
   * one when the code changes. Undefined for a package that something else has made.
   */
  hash: string | undefined;
}

/**
 * Makes the package of a Lambda function, whose file `index.js` exports `handler`.
 *
 * Pulumi turns the callback into text, and esbuild bundles the modules that this text requires. So Node loads them inside Lambda
 * as it always does. Pulumi alone would serialise them value by value.
 *
 * The same code makes the same package, to the byte, in whatever folder and however often.
 *
 * @throws RunError that names the function, when Pulumi cannot serialise the closure, or a module that it requires is not found
 */
export async function packageCallback(
  name: string,
  { callback, callbackFactory }: Callback,
  options: PackagingOptions,
): Promise<FunctionPackage> {
  try {
    const { text } = await pulumi.runtime.serializeFunction((callbackFactory ?? callback) as LambdaHandler, {
      isFactoryFunction: callbackFactory !== undefined,
    });
    return await packageText(text, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new pulumi.RunError(`The callback of ProxyClientFunction "${name}" cannot be packaged: ${reason}.`);
  }
}

/** A package that something else has made. */
export function givenPackage({
  archive,
  handler,
  runtime,
}: FunctionCode): Promise<FunctionPackage<pulumi.Input<pulumi.asset.Archive>>> {
  return Promise.resolve({ archive, handler, runtime, hash: undefined });
}

/** How the components' own functions are packaged. */
const ownPackaging: PackagingOptions = {
  bundle: { external: [], files: {}, loader: {}, define: {}, sourceMap: true, install: [] },
  architecture: "arm64",
};

/**
 * Makes the package of one of the components' own functions.
 *
 * @param path the module's
 * @param exported the handler in it: what stands behind the module and a dot
 * @param files further files of the package: their paths, by their names in it
 */
export function packageModule(
  path: string,
  exported: string,
  files: Record<string, string> = {},
): Promise<FunctionPackage> {
  const text = `exports.handler = ${requireText(path)}.${exported};`;
  return packageText(text, { ...ownPackaging, bundle: { ...ownPackaging.bundle, files } });
}

/** What loads a module, with its path from here, so that a package does not depend on where the program is. */
export function requireText(path: string): string {
  return `require(${JSON.stringify(`./${relative(process.cwd(), path).split(sep).join("/")}`)})`;
}

async function packageText(
  text: string,
  { bundle: { files, install, ...settings }, architecture }: PackagingOptions,
): Promise<FunctionPackage> {
  const external = [...settings.external, ...namesOf(install)];
  const { files: code, hash } = await bundleOnce(text, { ...settings, external });
  const paths = { ...files, ...(await installForLambda(install, architecture)) };
  return {
    archive: new pulumi.asset.AssetArchive({
      ...mapValues(code, (content) => new pulumi.asset.StringAsset(content)),
      ...mapValues(paths, (path) => new pulumi.asset.FileAsset(path)),
    }),
    handler: "index.handler",
    runtime: nodeRuntime,
    hash: await hashWith(hash, paths),
  };
}

/** Bundles by what they are made from. Functions that share a callback are bundled once. */
const bundles = new Map<string, Promise<Bundle>>();

/** The bundled code, and its hash so far. */
interface Bundle {
  files: Files;
  hash: Hash;
}

function bundleOnce(text: string, settings: Parameters<typeof bundle>[1]): Promise<Bundle> {
  const key = JSON.stringify([process.cwd(), text, settings]);
  const known = bundles.get(key);
  if (known !== undefined) return known;
  const made = bundle(text, settings, target).then(checkHandler).then(withHash);
  bundles.set(key, made);
  return made;
}

/** @throws Error when the factory returns no function */
async function checkHandler(files: Files): Promise<Files> {
  const type = await typeOfHandler(files);
  if (type === undefined || type === "function") return files;
  const what = type === "undefined" ? "nothing" : `a value of type ${type}`;
  throw new Error(`the factory returns ${what}: return the callback`);
}

function withHash(files: Files): Bundle {
  const hash = createHash("sha256");
  for (const [name, content] of Object.entries(files)) hash.update(name).update(content);
  return { files, hash };
}

/** The hash of the code and of further files. That of the code stays as it is, for the next function. */
async function hashWith(code: Hash, paths: Record<string, string>): Promise<string> {
  const hash = code.copy();
  for (const [name, path] of Object.entries(paths)) hash.update(name).update(await readFile(path));
  return hash.digest("base64");
}

function mapValues<V, W>(record: Record<string, V>, map: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

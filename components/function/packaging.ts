import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";

/** The Node that callbacks run on, in AWS and in the stand-in. */
export const runtime = "nodejs24.x";
const target = "node24";

/** An async Lambda handler. */
export type LambdaHandler = (event: never, context: never) => Promise<unknown>;

/** A callback, or a factory that makes it once per container. */
export interface Callback {
  callback?: LambdaHandler | undefined;
  callbackFactory?: (() => LambdaHandler) | undefined;
}

/** The package of a Lambda function. */
export interface FunctionPackage {
  archive: pulumi.asset.AssetArchive;
  /**
   * Changes with the code. It is known at preview, unlike the hash that Lambda computes: the provider does not announce that
   * one when the code changes.
   */
  hash: string;
}

/**
 * Makes the package of a Lambda function: a zip with one minified file, `index.js`, that exports `handler`.
 *
 * Pulumi turns the callback into text, and esbuild bundles the modules that this text requires. So Node loads them inside Lambda
 * as it always does. Pulumi alone would serialise them value by value.
 *
 * @throws Error that names the function, when Pulumi cannot serialise the closure, or a module that it requires is not found
 */
export async function packageCallback(name: string, { callback, callbackFactory }: Callback): Promise<FunctionPackage> {
  try {
    const { text } = await pulumi.runtime.serializeFunction((callbackFactory ?? callback) as LambdaHandler, {
      isFactoryFunction: callbackFactory !== undefined,
    });
    const code = await bundle(name, text);
    return {
      archive: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(code) }),
      hash: createHash("sha256").update(code).digest("base64"),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The callback of ProxyClientFunction "${name}" cannot be packaged: ${reason}`, { cause: error });
  }
}

/** Bundles by what they are made from. Functions that share a callback are bundled once. */
const bundles = new Map<string, Promise<string>>();

function bundle(name: string, text: string): Promise<string> {
  const key = JSON.stringify([process.cwd(), text]);
  const known = bundles.get(key);
  if (known !== undefined) return known;
  const made = bundleOnce(name, text);
  bundles.set(key, made);
  return made;
}

async function bundleOnce(name: string, text: string): Promise<string> {
  const { outputFiles } = await build({
    // Paths in the callback are relative to the folder that the program runs in: the one with Pulumi.yaml.
    stdin: { contents: text, resolveDir: process.cwd(), sourcefile: `${name}.js`, loader: "js" },
    bundle: true,
    minify: true,
    // Keeps the names of classes, such as errors, which end up in logs.
    keepNames: true,
    platform: "node",
    format: "cjs",
    target,
    write: false,
    logLevel: "silent",
    legalComments: "none",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild made no file");
  return file.text;
}

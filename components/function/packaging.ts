import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";

/** The Node that callbacks run on, in AWS and in the stand-in. */
export const runtime = "nodejs24.x";
const target = "node24";

/** An async Lambda handler. */
export type LambdaHandler = (event: never, context: never) => Promise<unknown>;

/** A callback, as it is or made by a factory once per container. */
export interface Callback {
  callback?: LambdaHandler | undefined;
  callbackFactory?: (() => LambdaHandler) | undefined;
}

/**
 * Makes the package of a Lambda function: a zip with one minified file, `index.js`, that exports `handler`.
 *
 * Pulumi turns the callback into text, and esbuild bundles what that text requires. Modules are thus loaded by Node
 * inside Lambda with their normal semantics, instead of being serialised value by value as Pulumi alone would.
 *
 * @throws Error that names the function, when the closure cannot be serialised or a module it requires is not found.
 */
export async function packageCallback(
  name: string,
  { callback, callbackFactory }: Callback,
): Promise<pulumi.asset.AssetArchive> {
  try {
    const { text } = await pulumi.runtime.serializeFunction((callbackFactory ?? callback) as LambdaHandler, {
      isFactoryFunction: callbackFactory !== undefined,
    });
    return new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(await bundle(name, text)) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The callback of ProxyClientFunction "${name}" cannot be packaged: ${reason}`, { cause: error });
  }
}

/** Packages by what they are made from: functions that share a callback are bundled once. */
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
    // Paths in the callback are relative to the folder the program runs in: the one with Pulumi.yaml.
    stdin: { contents: text, resolveDir: process.cwd(), sourcefile: `${name}.js`, loader: "js" },
    bundle: true,
    minify: true,
    // Keeps class names such as those of errors, which end up in logs.
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

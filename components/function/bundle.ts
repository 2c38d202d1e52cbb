import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { build, type BuildOptions, type Loader, type Plugin, stop } from "esbuild";
import { characterTables } from "./characterTables";
import { deferRarelyNeeded, iconvFile, sslProfile } from "./deferred";
import { mapStacks, ownSources } from "./sourceMap";

/** How a callback is bundled: what one would tell a bundler. */
export interface BundleSettings {
  external: string[];
  loader: Record<string, Loader>;
  define: Record<string, string>;
  sourceMap: boolean;
}

/** Files of a package by their names. */
export type Files = Record<string, string>;

const bundleFile = "index.js";

/**
 * Bundles a callback and all that it requires into one file, with a source map beside it, and a second file for what is rarely needed.
 * `index.js` exports Lambda's handler.
 *
 * @param target the Node that the package is for, such as `node24`
 * @throws Error when a module is not found
 */
export async function bundle(text: string, settings: BundleSettings, target: string): Promise<Files> {
  let needsIconv = false as boolean;
  const bundleWith = (keepCertificates: boolean): ReturnType<typeof run> =>
    run(
      {
        // Paths in the callback are relative to the folder that the program runs in: the one with Pulumi.yaml.
        stdin: {
          contents: settings.sourceMap ? `${mapStacks}\n${text}` : text,
          resolveDir: process.cwd(),
          sourcefile: "callback",
          loader: "js",
        },
        outfile: bundleFile,
        external: settings.external,
        loader: settings.loader,
        define: settings.define,
        sourcemap: settings.sourceMap && "external",
        sourcesContent: false,
        plugins: [deferRarelyNeeded(() => (needsIconv = true), keepCertificates), awsAsModules],
      },
      target,
    );
  const first = await bundleWith(false);
  const { files, inputs } = (await asksForCertificates(text, first.inputs)) ? await bundleWith(true) : first;
  const { [bundleFile]: code = "", [`${bundleFile}.map`]: map } = files;
  const iconv = needsIconv ? await bundleIconvOnce(target) : {};
  const ownMap = map && ownSources(map);
  const made = { [bundleFile]: code, ...(ownMap !== undefined && { [`${bundleFile}.map`]: ownMap }), ...iconv };
  noteBundle(JSON.stringify([text, settings]), {
    inputs: inputs.filter((input) => !isNoFile.test(input)).map((input) => resolve(input)),
    files: made,
    again: () => bundle(text, settings, target),
  });
  return made;
}

/** Modules that are not files: those of plugins, and the callback itself. */
const isNoFile = /^[\w-]+:|^callback$|^<stdin>$/;

/** How a bundle was made, for whoever runs the program and watches its files. */
interface Bundled {
  inputs: string[];
  files: Files;
  /** Makes it again, from the files as they are then. */
  again: () => Promise<unknown>;
}

/** The stand-in puts a map under this key before it loads the program. */
const bundlesKey = Symbol.for("lambda-rds-proxy.bundles");

function noteBundle(key: string, bundled: Bundled): void {
  (globalThis as { [bundlesKey]?: Map<string, Bundled> })[bundlesKey]?.set(key, bundled);
}

// esbuild works in a process of its own. When this process ends in the middle of a bundle, esbuild would wait for the answer of a
// plugin and print a long complaint.
process.once("exit", () => void stop());

async function run(options: BuildOptions, target: string): Promise<{ files: Files; inputs: string[] }> {
  const { outputFiles = [], metafile } = await build({
    // esbuild's own default is the folder in which it was loaded.
    absWorkingDir: process.cwd(),
    bundle: true,
    minifyWhitespace: true,
    minifySyntax: true,
    // Names stay as they are: those of classes, such as errors, and of functions end up in logs and in stacks. esbuild could shorten
    // them and set them again when the code runs (keepNames), but it would do so for each function at each call that makes one.
    minifyIdentifiers: false,
    platform: "node",
    format: "cjs",
    target,
    // Every other text is half as long as with escapes.
    charset: "utf8",
    write: false,
    metafile: true,
    logLevel: "silent",
    legalComments: "none",
    ...options,
  });
  const files = Object.fromEntries(outputFiles.map(({ path, text }) => [relative(process.cwd(), path), text]));
  return { files, inputs: Object.keys(metafile?.inputs ?? {}) };
}

/** Bundles of iconv-lite by target. Nothing in them depends on the callback. */
const iconvBundles = new Map<string, Promise<Files>>();

function bundleIconvOnce(target: string): Promise<Files> {
  const known = iconvBundles.get(target);
  if (known !== undefined) return known;
  const made = bundleIconv(target);
  iconvBundles.set(target, made);
  return made;
}

const bundleIconv = async (target: string): Promise<Files> => {
  const contents = `module.exports = require("iconv-lite");`;
  // mysql2 brings it, so it is to be found from there.
  const resolveDir = join(require.resolve("mysql2"), "..");
  const { files } = await run(
    { stdin: { contents, resolveDir }, outfile: iconvFile, plugins: [characterTables], minifyIdentifiers: true },
    target,
  );
  return files;
};

/** Whether the callback's own code names mysql2's profile of certificates. */
async function asksForCertificates(text: string, inputs: string[]): Promise<boolean> {
  const own = inputs.filter((input) => !input.includes("node_modules") && !isNoFile.test(input));
  const texts = await Promise.all(own.map((input) => readFile(input, "utf8")));
  return [text, ...texts].some((content) => content.includes(sslProfile));
}

/**
 * Takes the packages of AWS's SDK as ES modules, which is what they are meant to be bundled from: so only what is used of them gets
 * into the bundle.
 */
const awsAsModules: Plugin = {
  name: "aws-as-modules",
  setup(esbuild) {
    const own = Symbol("resolved by this plugin");
    esbuild.onResolve({ filter: /^@(aws-sdk|smithy)\// }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === own || (kind !== "import-statement" && kind !== "dynamic-import")) return undefined;
      const found = await esbuild.resolve(path, { importer, resolveDir, kind, pluginData: own });
      const module = found.path.replace(/([\\/])dist-cjs([\\/])/, "$1dist-es$2");
      const isThere = await readFile(module).then(
        () => true,
        () => false,
      );
      return isThere ? { ...found, path: module } : found;
    });
  },
};

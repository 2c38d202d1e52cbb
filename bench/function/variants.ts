import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { deflateRawSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import { build, type BuildOptions } from "esbuild";
import { packageCallback } from "../../components/function/packaging";

/** The commit before the client and the package were made anew. */
const lastVersion = "a58b69f";

const root = join(__dirname, "../..");

/** A way to make a package: its folder, and the bytes of its zip. */
export interface Variant {
  folder: string;
  /** Undefined where the package is not made here. */
  zipped: number | undefined;
}

/** Makes all packages under a folder. The path of the callbacks is relative to the project's folder. */
export async function makeVariants(folder: string): Promise<Record<string, Variant>> {
  process.chdir(root);
  const place = (name: string): string => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  const old = place("old-source");
  execFileSync("sh", ["-c", `git archive ${lastVersion} handler | tar x -C "${old}"`], { cwd: root });
  symlinkSync(join(root, "node_modules"), join(old, "node_modules"));
  return {
    "this version": await thisVersion(place("this")),
    "last version": await bundled(place("last"), old, {}),
    "same modules, unbundled": await unbundled(place("unbundled"), root),
    "last version, SDK external": await bundled(place("external"), old, { external: ["@aws-sdk/*"] }),
    "empty handler": empty(place("empty")),
  };
}

async function thisVersion(folder: string): Promise<Variant> {
  const bundle = { external: [], files: {}, loader: {}, define: {}, sourceMap: true, install: [] };
  const callbackFactory = () => (require("./handler") as typeof import("../../handler")).readSampleRows;
  const { archive } = await packageCallback("read", { callbackFactory }, { bundle, architecture: "arm64" });
  for (const [name, asset] of Object.entries(await archive.assets)) {
    writeFileSync(join(folder, name), await (asset as pulumi.asset.StringAsset).text);
  }
  return { folder, zipped: zippedSize(folder) };
}

/** As the last version did it. */
async function bundled(folder: string, source: string, options: BuildOptions): Promise<Variant> {
  await build({
    stdin: { contents: 'exports.handler = require("./handler").readSampleRows;', resolveDir: source },
    absWorkingDir: source,
    outfile: join(folder, "index.js"),
    bundle: true,
    minify: true,
    keepNames: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    legalComments: "none",
    ...options,
  });
  const variant = { folder, zipped: zippedSize(folder) };
  // Lambda's runtime has the SDK where Node looks for modules last.
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return variant;
}

/**
 * Each file for itself, as `aws.lambda.CallbackFunction` packs them: with everything that package.json lists as a dependency.
 */
async function unbundled(folder: string, source: string): Promise<Variant> {
  const entryPoints = readdirSync(join(source, "handler")).map((name) => join(source, "handler", name));
  await build({ entryPoints, outdir: join(folder, "handler"), format: "cjs", platform: "node", target: "node24" });
  writeFileSync(join(folder, "index.js"), 'exports.handler = require("./handler").readSampleRows;\n');
  const paths = await pulumi.runtime.computeCodePaths();
  const variant = { folder, zipped: zippedSize(folder) + (await zippedAssets(paths)) };
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return variant;
}

function empty(folder: string): Variant {
  writeFileSync(join(folder, "index.js"), "exports.handler = async () => [];\n");
  return { folder, zipped: zippedSize(folder) };
}

async function zippedAssets(paths: Map<string, pulumi.asset.Asset | pulumi.asset.Archive>): Promise<number> {
  let bytes = 0;
  for (const asset of paths.values()) {
    const path = await (asset as pulumi.asset.FileAsset).path;
    bytes += statSync(path).isDirectory() ? zippedSize(path) : zippedFile(path);
  }
  return bytes;
}

/** Bytes of a zip: of each file its content, a header, and an entry in the directory. */
export function zippedSize(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + zippedFile(join(parentPath, name)), 22);
}

function zippedFile(path: string): number {
  return deflateRawSync(readFileSync(path)).length + 76 + 2 * relative(root, path).length;
}

/** The versions of the article's packages that the benchmark installs beside it. */
const articlePackages = ["pymysql==1.2.4", "aws-lambda-powertools==3.37.0"];

/** The article's own way: its file and where its packages are, if this machine has Python and can install them. */
export function articleInPython(folder: string): { file: string; packages: string } | undefined {
  const packages = join(folder, "python");
  try {
    execFileSync("python3", ["-m", "pip", "install", "--quiet", "--target", packages, ...articlePackages], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    return { file: join(__dirname, "article.py"), packages };
  } catch {
    return undefined;
  }
}

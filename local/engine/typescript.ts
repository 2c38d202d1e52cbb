import { existsSync, readdirSync } from "node:fs";
import { createRequire, register as registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as tsNode from "ts-node";
import type * as typescript from "typescript";

/** Where ts-node keeps what it has registered. */
const registered = Symbol.for("ts-node.register.instance");

/**
 * Lets Node load TypeScript as the Pulumi CLI does: with the program's own ts-node and compiler, or those that Pulumi brings, and
 * with the program's tsconfig.json. It does not check types, because that takes longer than the program.
 *
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/run/run.ts
 *
 * @param folder the folder that the program runs in
 * @param tsconfig the configuration of the compiler, if Pulumi.yaml names one
 * @throws Error when there is no ts-node or no compiler
 */
export function loadTypeScript(folder: string, tsconfig = "tsconfig.json"): void {
  if (Reflect.has(process, registered)) return;
  const compiler = find("typescript", folder);
  const { readConfigFile, sys, version } = loadFile(compiler) as typeof typescript;
  const project = join(folder, tsconfig);
  const hasProject = existsSync(project);
  const { config } = hasProject
    ? (readConfigFile(project, (file) => sys.readFile(file)) as { config?: { compilerOptions?: object } })
    : {};
  // The version that Pulumi brings is older than these settings.
  const knowsNodeNext = version.localeCompare("4.7", undefined, { numeric: true }) >= 0;
  // Otherwise versions of ts-node keep caches in the system's temporary folder. They read this when they are loaded.
  Object.assign(process.env, { DISABLE_V8_COMPILE_CACHE: "1", TS_NODE_CACHE: "false" });
  const { register } = loadFile(find("ts-node", folder)) as typeof tsNode;
  register({
    compiler,
    transpileOnly: true,
    project,
    skipProject: !hasProject,
    compilerOptions: {
      target: "ES2020",
      ...(knowsNodeNext
        ? { module: "nodenext", moduleResolution: "nodenext" }
        : { module: "commonjs", moduleResolution: "node" }),
      sourceMap: true,
      ...config?.compilerOptions,
    },
  });
}

/**
 * The same for a program of ES modules. Only the program's own ts-node can do it, because the one that Pulumi brings is too old. Without
 * it, Node takes the types out by itself, but finds no `./other.ts` where the program imports `./other.js`.
 */
export function loadTypeScriptModules(folder: string, tsconfig = "tsconfig.json"): void {
  let hooks: string;
  try {
    hooks = createRequire(join(folder, "package.json")).resolve("ts-node/esm");
  } catch {
    return;
  }
  // The hooks run in a thread of their own, and take their settings from the environment.
  process.env.TS_NODE_TRANSPILE_ONLY = "true";
  if (existsSync(join(folder, tsconfig))) {
    process.env.TS_NODE_PROJECT = join(folder, tsconfig);
  } else {
    process.env.TS_NODE_SKIP_PROJECT = "true";
    const compilerOptions = { target: "ES2022", module: "nodenext", moduleResolution: "nodenext" };
    process.env.TS_NODE_COMPILER_OPTIONS = JSON.stringify(compilerOptions);
  }
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the newer function takes no hooks that work asynchronously, as ts-node's do
  registerHooks(pathToFileURL(hooks));
}

const loadFile = (file: string): unknown => createRequire(__filename)(file);

/** @throws Error when there is none */
function find(name: "ts-node" | "typescript", folder: string): string {
  const found = findTool(name, folder);
  if (found !== undefined) return found;
  throw new Error(
    `The program in ${folder} is in TypeScript, but it has no ${name}: run \`npm install --save-dev ts-node typescript\`.`,
  );
}

/** The path of a package: the program's own, else the one that Pulumi depends on or has in its folder `vendor`. */
export function findTool(name: "ts-node" | "typescript", folder: string): string | undefined {
  const program = createRequire(join(folder, "package.json"));
  const pulumi = resolve(program, "@pulumi/pulumi/package.json");
  const found = resolve(program, name) ?? (pulumi && resolve(createRequire(pulumi), name));
  if (found !== undefined || pulumi === undefined) return found;
  const vendor = join(dirname(pulumi), "vendor");
  const brought = existsSync(vendor) && readdirSync(vendor).find((entry) => entry.startsWith(`${name}@`));
  if (!brought) return undefined;
  return createRequire(pulumi).resolve(join(vendor, brought, name === "typescript" ? "typescript.js" : ""));
}

function resolve(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

// Lets Node load TypeScript: `node -r ./scripts/typescript.cjs file.ts`.
const { existsSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { dependencies, devDependencies } = require("../package.json");

function stop(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

// npm installs everything before `npm start`, but not with --ignore-scripts, and not when somebody runs Node directly.
const isInstalled = (name) => require.resolve.paths(name).some((folder) => existsSync(join(folder, name)));
const missing = Object.keys({ ...dependencies, ...devDependencies }).find((name) => !isInstalled(name));
if (missing !== undefined) stop(`The package ${missing} is not installed: run \`npm ci\`.`);
if (Number.parseInt(process.versions.node) < 24) {
  stop(`This is Node ${process.versions.node}, but Node 24 is needed: run \`npm start\`, which brings its own Node.`);
}

// Most of the time that TypeScript and Pulumi's large packages need to load goes into compiling them. Node can keep the compiled
// code for the next run, but only of what is loaded after this line.
Module.enableCompileCache(join(__dirname, "../.cache/compile"));

// ts-node would keep a cache in the system's temporary folder, and nothing here leaves files behind.
process.env.DISABLE_V8_COMPILE_CACHE = "1";
// Whatever the current folder is, the settings are those of this project.
require("ts-node").register({ projectSearchDir: join(__dirname, "..") });

// The examples name this package as a project does that has installed it. Here that means its sources.
const doors = {
  "lambda-rds-proxy": join(__dirname, "../components"),
  "lambda-rds-proxy/client": join(__dirname, "../handler"),
  "lambda-rds-proxy/testing": join(__dirname, "../testing"),
};
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => resolve.call(Module, doors[request] ?? request, ...rest);

// Builds the package into dist/: the declarations, with the comments that editors show; the JavaScript without them; the client once more
// as ES modules; and the files of the live page, minified.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { transformSync } from "esbuild";

const root = join(import.meta.dirname, "..");
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(join(root, "dist"), { recursive: true, force: true });
for (const project of ["tsconfig.build.json", "tsconfig.javascript.json", "tsconfig.modules.json"]) {
  const { status } = spawnSync(process.execPath, [compiler, "--project", project], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

const [page, built] = ["local/page/public", "dist/local/page/public"].map((folder) => join(root, folder));
const loaders = { ".js": "js", ".css": "css" };
mkdirSync(built, { recursive: true });
for (const name of readdirSync(page)) {
  const [text, loader] = [readFileSync(join(page, name), "utf8"), loaders[extname(name)]];
  writeFileSync(join(built, name), loader === undefined ? text : transformSync(text, { loader, minify: true }).code);
}

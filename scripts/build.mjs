// Builds the package into dist/: the declarations, with the comments that editors show; the JavaScript without them; the client once more
// as ES modules; and the files of the live page as they are.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(join(root, "dist"), { recursive: true, force: true });
for (const project of ["tsconfig.build.json", "tsconfig.javascript.json", "tsconfig.modules.json"]) {
  const { status } = spawnSync(process.execPath, [compiler, "--project", project], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

const page = "local/page/public";
cpSync(join(root, page), join(root, "dist", page), { recursive: true });

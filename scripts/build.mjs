// Builds the package into dist/: what programs import, with its declarations; the commands, which nobody imports, without comments;
// and the client once more as ES modules.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(join(root, "dist"), { recursive: true, force: true });
for (const project of ["tsconfig.build.json", "tsconfig.commands.json", "tsconfig.modules.json"]) {
  const { status } = spawnSync(process.execPath, [compiler, "--project", project], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

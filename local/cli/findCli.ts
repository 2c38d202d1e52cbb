import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, sep } from "node:path";

/** Version of the CLI that `scripts/get-pulumi.sh` builds. */
const built = "3.260.0";
/** Version of npm's package `pulumi`, which is used where there is no CLI. npm does not have every version of the CLI. */
const launcher = "3.265.0";

/**
 * Finds the Pulumi CLI: the one on PATH, or the one that `scripts/get-pulumi.sh` has built, or npm's package `pulumi`, which downloads
 * it.
 *
 * @returns a program and its first arguments
 */
export function findCli(): [program: string, ...args: string[]] {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  // npm puts the programs of a project's packages on PATH. A launcher among them would be found before the real CLI.
  const onPath = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes(`node_modules${sep}.bin`));
  const folders = [...onPath, join(cache, `lambda-rds-proxy/pulumi-${built}/bin`)];
  const found = folders.map((folder) => join(folder, "pulumi")).find((file) => existsSync(file));
  return found === undefined ? ["npx", "--yes", `pulumi@${launcher}`] : [found];
}

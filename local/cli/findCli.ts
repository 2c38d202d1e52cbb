import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, sep } from "node:path";

/** Version of the CLI that is used where the machine has none. `scripts/get-pulumi.sh` builds the same one. */
const version = "3.260.0";

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
  const folders = [...onPath, join(cache, `lambda-rds-proxy/pulumi-${version}/bin`)];
  const found = folders.map((folder) => join(folder, "pulumi")).find((file) => existsSync(file));
  return found === undefined ? ["npx", "--yes", `pulumi@${version}`] : [found];
}

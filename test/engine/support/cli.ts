import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/**
 * The folder above `bin` of the Pulumi CLI: the one on PATH, or the one that `scripts/get-pulumi.sh` has built. Undefined without
 * either: then the tests of the engine are skipped, and the output says so.
 */
export function pulumiCli(): string | undefined {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const folders = [...(process.env.PATH ?? "").split(delimiter), join(cache, "lambda-rds-proxy/pulumi-3.260.0/bin")];
  const found = folders.find((folder) => existsSync(join(folder, "pulumi")));
  if (found === undefined) {
    console.log("    No Pulumi CLI is here, so the tests of its engine do not run: see scripts/get-pulumi.sh.");
  }
  return found === undefined ? undefined : dirname(found);
}

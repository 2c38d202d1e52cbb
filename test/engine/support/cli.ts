import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
const built = join(cache, "lambda-rds-proxy/pulumi-3.260.0");

/**
 * Path of the Pulumi CLI: the one on PATH, or the one that `scripts/get-pulumi.sh` has built. Undefined without either: then the tests
 * of the engine are skipped.
 */
export function pulumiCli(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), join(built, "bin")];
  return folders.map((folder) => join(folder, "pulumi")).find((file) => existsSync(file));
}

/** The same CLI for the Automation API, which looks for it on PATH unless it is told another folder. */
export async function pulumiCommand(): Promise<PulumiCommand | undefined> {
  const cli = pulumiCli();
  if (cli === undefined) return undefined;
  return PulumiCommand.get(dirname(dirname(cli)) === built ? { root: built } : {});
}

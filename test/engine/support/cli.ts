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

/** Path of Pulumi's language host for YAML, where `scripts/get-languages.sh` puts it, unless one is beside the CLI. */
export function yamlHost(): string {
  const beside = join(dirname(pulumiCli() ?? ""), "pulumi-language-yaml");
  return existsSync(beside) ? beside : join(built, "bin/pulumi-language-yaml");
}

export function hasYamlHost(): boolean {
  return existsSync(yamlHost());
}

/** Path of a Python that has Pulumi's SDK, which `scripts/get-languages.sh` makes. */
export function pythonWithPulumi(): string | undefined {
  const python = join(built, "python/bin/python");
  return existsSync(join(dirname(python), "pulumi-sdk-is-here")) ? python : undefined;
}

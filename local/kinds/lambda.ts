import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../account";
import { type Kind, nameOf, type Properties, type ResourceName } from "../engine";
import { codeSha256 } from "../lambda";
import type { NetworkInterface } from "../network";

/** `aws.lambda.Function`: runs the package that the program built. */
export const lambdaFunction: Kind = {
  create(inputs, resource, account) {
    const { name } = inputs as { name?: string };
    if (name !== undefined && account.lambda.names.includes(name)) {
      throw new Error(`ResourceConflictException: Function already exist: ${name}`);
    }
    return deploy(inputs, resource, account);
  },
  async update({ id }, inputs, account) {
    const { state } = await deploy({ ...inputs, name: id }, { name: id, type: "" }, account);
    return state;
  },
  async delete({ id }, { lambda }) {
    await lambda.delete(id);
  },
};

async function deploy(inputs: Properties, resource: ResourceName, account: Account) {
  refuseForeign(inputs);
  const { handler, runtime, role, vpcConfig, environment, loggingConfig } = inputs as {
    handler: string;
    runtime: string;
    role: string;
    vpcConfig?: { subnetIds: string[]; securityGroupIds: string[] };
    environment?: { variables?: Record<string, string> };
    loggingConfig?: { logGroup?: string };
  };
  const name = nameOf(inputs.name, resource);
  const arn = account.arn("lambda", `function:${name}`);
  const files = await filesOf(inputs.code);
  const configuration = {
    name,
    arn,
    handler,
    runtime,
    files,
    roleArn: role,
    timeout: Number(inputs.timeout ?? 3),
    memorySize: Number(inputs.memorySize ?? 128),
    reservedConcurrency: Number(inputs.reservedConcurrentExecutions ?? -1),
    variables: environment?.variables ?? {},
    logGroup: loggingConfig?.logGroup ?? `/aws/lambda/${name}`,
  };
  const start = (networkInterface?: NetworkInterface) => account.lambda.deploy({ ...configuration, networkInterface });
  if (vpcConfig === undefined) await start();
  else await account.network.attachFor(vpcConfig.subnetIds, vpcConfig.securityGroupIds, start);
  const sha256 = codeSha256(files);
  // The state leaves the package out, because the program never reads it back.
  return {
    id: name,
    state: { ...inputs, code: undefined, name, arn, codeSha256: sha256, sourceCodeHash: sha256, version: "$LATEST" },
  };
}

/**
 * A container is a Node process that loads the function's package. JavaScript runs on every processor, so the stand-in
 * ignores the architecture in the inputs.
 *
 * @throws Error that names the input that the stand-in cannot run
 */
function refuseForeign({ runtime, packageType, layers }: Properties): void {
  const foreign: [boolean, string][] = [
    [packageType === "Image", "container images: give the function a package as its code"],
    [!String(runtime).startsWith("nodejs"), `the runtime ${String(runtime)}: use nodejs24.x`],
    [Array.isArray(layers) && layers.length > 0, "layers: put what the function needs into its package"],
  ];
  for (const [isGiven, what] of foreign) if (isGiven) throw new Error(`The stand-in's Lambda cannot run ${what}.`);
}

/** Reads the files of an archive: a folder, or texts and files. */
async function filesOf(code: unknown): Promise<Map<string, Buffer>> {
  if (pulumi.asset.Archive.isInstance(code) && "path" in code) {
    return filesIn(await (code as pulumi.asset.FileArchive).path);
  }
  if (!pulumi.asset.Archive.isInstance(code) || !("assets" in code)) {
    throw new Error(
      "The stand-in runs functions whose code is a folder, or an AssetArchive of StringAsset and FileAsset entries, only.",
    );
  }
  const assets = await (code as pulumi.asset.AssetArchive).assets;
  const entries = Object.entries(assets).map(async ([name, asset]) => [name, await contentOf(name, asset)] as const);
  return new Map(await Promise.all(entries));
}

async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    const reason = (error as Error).message;
    throw new Error(`The stand-in reads the function's code from a folder, and cannot read ${folder}: ${reason}`);
  });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(await Promise.all(files.map(async (file) => [relative(folder, file), await readFile(file)] as const)));
}

async function contentOf(name: string, asset: pulumi.asset.Asset | pulumi.asset.Archive): Promise<Buffer> {
  if ("text" in asset) return Buffer.from(await (asset as pulumi.asset.StringAsset).text);
  if ("path" in asset) return readFile(await (asset as pulumi.asset.FileAsset).path);
  throw new Error(`The stand-in cannot read "${name}" of the function's code: use a StringAsset or a FileAsset.`);
}

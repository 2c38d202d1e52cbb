import * as pulumi from "@pulumi/pulumi";

/** A resource as a program registered it. */
export interface Registration {
  urn: string;
  type: string;
  name: string;
  custom: boolean;
  parent: string;
  protect: boolean;
  /** Whether it stays when Pulumi deletes it from its state. */
  retainOnDelete: boolean;
  /** Whether it is deleted before the one that replaces it is made. */
  deleteBeforeReplace: boolean;
  /** Inputs whose changes are no reason to do anything. */
  ignoreChanges: string[];
  /** URNs of what it waits for: `dependsOn` and every resource whose output is among its inputs. */
  dependencies: string[];
  /** Its inputs, with secrets unwrapped. */
  inputs: Record<string, any>;
  /** Its inputs as the engine gets them, with secrets marked. */
  rawInputs: Record<string, any>;
  /** What it is known by once it is there: its id, if it has one, and its outputs. */
  outputs: Record<string, any>;
}

/** Something that Pulumi would tell its user, and the resource that it concerns. */
export interface Warning {
  message: string;
  resource: pulumi.Resource | undefined;
}

const secretSignature = "4dabf18193072939515e22adb298388d";

/** Takes the marks off secrets, however deep they are. */
export function plain(value: any): any {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object" || pulumi.asset.Archive.isInstance(value)) return value;
  if (secretSignature in value) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

/** Texts that are not within a secret. */
export function plainTexts(value: any): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(plainTexts);
  if (value === null || typeof value !== "object" || secretSignature in value) return [];
  return Object.values(value).flatMap(plainTexts);
}

/** What a program registered, and ways to ask about it. */
export class Graph {
  constructor(
    readonly resources: Registration[],
    /** Values of the outputs that the program returned, secrets unwrapped. */
    readonly outputs: Record<string, any>,
    /** Names of the outputs that are secret. */
    readonly secretOutputs: string[],
    /** What it warned of, which goes nowhere else. */
    readonly warnings: Warning[],
  ) {}

  /** All resources of a type. */
  all(type: string): Registration[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The resource of a type, with that name where there are several. */
  one(type: string, name?: string): Registration {
    const found = this.all(type).filter((resource) => name === undefined || resource.name === name);
    const [only, ...others] = found;
    if (only === undefined || others.length > 0) {
      throw new Error(`${found.length} resources of type ${type}${name === undefined ? "" : ` named ${name}`}`);
    }
    return only;
  }

  /** Whether `resource` waits for `other`, directly or not. */
  waitsFor(resource: Registration, other: Registration): boolean {
    const seen = new Set<string>();
    const pending = [...resource.dependencies];
    for (let urn = pending.pop(); urn !== undefined; urn = pending.pop()) {
      if (urn === other.urn) return true;
      if (seen.has(urn)) continue;
      seen.add(urn);
      pending.push(...(this.resources.find((candidate) => candidate.urn === urn)?.dependencies ?? []));
    }
    return false;
  }
}

/** Outputs that AWS computes, so that what is built from them can be seen. */
function computed(type: string, name: string): Record<string, unknown> {
  const arn = `arn:aws:test:ap-northeast-1:123456789012:${type.split(":").pop() ?? ""}/${name}`;
  return {
    arn,
    name: `${name}-name`,
    ...(type === "awsx:ec2:Vpc" && {
      vpcId: "vpc-1",
      publicSubnetIds: ["subnet-public-a", "subnet-public-b"],
      isolatedSubnetIds: ["subnet-isolated-a", "subnet-isolated-b"],
      privateSubnetIds: [],
    }),
    ...(type === "random:index/randomPassword:RandomPassword" && { result: "generated-password" }),
    ...(type === "random:index/randomId:RandomId" && { hex: "0a1b2c3d" }),
    ...(type === "aws:rds/instance:Instance" && {
      identifier: `${name}-identifier`,
      address: `${name}.rds.test`,
      endpoint: `${name}.rds.test:3306`,
      resourceId: `db-${name}`,
      masterUserSecrets: [{ secretArn: `arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:rds!${name}` }],
    }),
    ...(type === "aws:rds/cluster:Cluster" && {
      clusterIdentifier: `${name}-identifier`,
      endpoint: `${name}.cluster.test`,
      readerEndpoint: `${name}.cluster-ro.test`,
      clusterResourceId: `cluster-${name}`,
      masterUserSecrets: [{ secretArn: `arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:rds!${name}` }],
    }),
    ...(type === "aws:rds/proxyEndpoint:ProxyEndpoint" && { endpoint: `${name}.proxy-endpoint.test` }),
    ...(type === "aws:rds/proxy:Proxy" && {
      arn: "arn:aws:rds:ap-northeast-1:123456789012:db-proxy:prx-0123456789abcdef0",
      endpoint: `${name}.proxy.test`,
    }),
    ...(type === "aws:lambda/invocation:Invocation" && { result: '[[1,"taro"],[2,"hanako"]]' }),
  };
}

/** What look-ups find. Subnets are in a zone of their own each, by the last letter of their ids. */
const calls: Record<string, object | ((inputs: any) => object)> = {
  "aws:index/getRegion:getRegion": { region: "ap-northeast-1", name: "ap-northeast-1" },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "123456789012" },
  "aws:kms/getKey:getKey": { arn: "arn:aws:kms:ap-northeast-1:123456789012:key/default" },
  "aws:iam/getRoles:getRoles": { names: ["AWSServiceRoleForRDS"] },
  "aws:index/getAvailabilityZones:getAvailabilityZones": { names: ["ap-northeast-1c", "ap-northeast-1a"] },
  "aws:ec2/getSubnet:getSubnet": ({ id }) => ({
    id,
    availabilityZoneId: `apne1-az${id.slice(-1)}`,
    mapPublicIpOnLaunch: false,
  }),
  "aws:ssm/getParameter:getParameter": { value: "ami-1" },
  "aws:rds/getEngineVersion:getEngineVersion": { version: "8.0.mysql_aurora.3.10.1" },
};

/** Options of a {@link graphOf} run. */
export interface GraphOptions {
  preview?: boolean;
  config?: Record<string, string>;
  secretConfig?: string[];
  /** What look-ups find, by their tokens, instead of the usual. */
  calls?: Record<string, object | ((inputs: any) => object)>;
  /** What the stacks that are referred to have as outputs. */
  stacks?: Record<string, object>;
}

/** Runs a program with mocked resources and returns what it registered. */
export async function graphOf(
  program: () => Promise<Record<string, unknown>> | Record<string, unknown>,
  { preview = false, config = {}, secretConfig = [], calls: answers = {}, stacks = {} }: GraphOptions = {},
): Promise<Graph> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => ({
        id: custom ? `${name}-id` : undefined,
        // In a preview nothing exists yet: only what was given is known.
        state:
          type === "pulumi:pulumi:StackReference"
            ? { ...inputs, outputs: stacks[inputs.name] }
            : preview
              ? plain(inputs)
              : { ...computed(type, name), ...plain(inputs) },
      }),
      call: ({ token, inputs }) => {
        const result = answers[token] ?? calls[token];
        if (result === undefined) throw new Error(`no mocked result for ${token}`);
        return typeof result === "function" ? result(inputs) : result;
      },
    },
    "lambda-rds-proxy",
    "test",
    preview,
  );
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`lambda-rds-proxy:${key}`, value])),
    secretConfig.map((key) => `lambda-rds-proxy:${key}`),
  );
  const resources = recordRegistrations();
  const warnings = recordWarnings();
  // Pulumi notes where each promise was made; looking that up in TypeScript's sources would triple the time of a test.
  Reflect.deleteProperty(Error, "prepareStackTrace");
  const returned = await program();
  await pulumi.runtime.disconnect();
  const outputs: Record<string, unknown> = {};
  const secretOutputs: string[] = [];
  for (const [key, value] of Object.entries(returned)) {
    const output: pulumi.Output<unknown> = pulumi.output(value);
    outputs[key] = await (output as unknown as { promise(): Promise<unknown> }).promise();
    if (await pulumi.isSecret(output)) secretOutputs.push(key);
  }
  return new Graph(resources, outputs, secretOutputs, warnings);
}

/** The mocks do not say who depends on whom; the requests that they are made from do. */
function recordRegistrations(): Registration[] {
  const resources: Registration[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: any, callback: (error: unknown, response: any) => void): Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (!error) {
        const rawInputs = pulumi.runtime.deserializeProperties(request.getObject());
        resources.push({
          urn: response.getUrn(),
          type: request.getType(),
          name: request.getName(),
          custom: request.getCustom(),
          parent: request.getParent(),
          protect: request.getProtect() === true,
          retainOnDelete: request.getRetainondelete() === true,
          deleteBeforeReplace: request.getDeletebeforereplace() === true,
          ignoreChanges: request.getIgnorechangesList(),
          dependencies: request.getDependenciesList(),
          inputs: plain(rawInputs),
          rawInputs,
          outputs: { id: response.getId(), ...plain(pulumi.runtime.deserializeProperties(response.getObject())) },
        });
      }
      callback(error, response);
    });
  return resources;
}

/** Without an engine, warnings would go to the standard error stream. */
function recordWarnings(): Warning[] {
  const warnings: Warning[] = [];
  const warn = (message: string, resource?: pulumi.Resource) =>
    Promise.resolve(void warnings.push({ message, resource }));
  Object.assign(pulumi.log, { warn });
  return warnings;
}

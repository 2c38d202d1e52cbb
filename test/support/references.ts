import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import type { Graph, Registration } from "../../testing";
import { given } from "./arguments";

const securityGroup = ["aws:ec2/securityGroup:SecurityGroup id"];
const subnets = ["awsx:ec2:Vpc isolatedSubnetIds", "awsx:ec2:Vpc publicSubnetIds"];
const role = ["aws:iam/role:Role id", "aws:iam/role:Role name"];
const roleArn = ["aws:iam/role:Role arn"];
const secret = [
  "aws:secretsmanager/secret:Secret arn",
  "aws:rds/instance:Instance masterUserSecrets",
  "aws:rds/cluster:Cluster masterUserSecrets",
];
const proxyName = ["aws:rds/proxy:Proxy name"];
const lambda = ["aws:lambda/function:Function name"];

/** Inputs that name another resource, with the types and outputs that they may refer to. Some keys include the input's own type. */
const refersTo: Record<string, string[]> = {
  vpcId: ["awsx:ec2:Vpc vpcId"],
  subnetId: subnets,
  subnetIds: subnets,
  vpcSubnetIds: subnets,
  securityGroupId: securityGroup,
  securityGroupIds: securityGroup,
  vpcSecurityGroupIds: securityGroup,
  referencedSecurityGroupId: securityGroup,
  role,
  roleArn,
  "Function.role": roleArn,
  iamInstanceProfile: ["aws:iam/instanceProfile:InstanceProfile name"],
  secretArn: secret,
  secretId: secret,
  DB_SECRET_ARN: secret,
  dbSubnetGroupName: ["aws:rds/subnetGroup:SubnetGroup name"],
  parameterGroupName: ["aws:rds/parameterGroup:ParameterGroup name"],
  dbClusterParameterGroupName: ["aws:rds/clusterParameterGroup:ClusterParameterGroup name"],
  clusterIdentifier: ["aws:rds/cluster:Cluster clusterIdentifier"],
  dbClusterIdentifier: ["aws:rds/cluster:Cluster clusterIdentifier"],
  dbInstanceIdentifier: ["aws:rds/instance:Instance identifier"],
  dbProxyName: proxyName,
  ProxyName: proxyName,
  targetGroupName: ["aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup name"],
  DB_ENDPOINT: [
    "aws:rds/proxy:Proxy endpoint",
    "aws:rds/proxyEndpoint:ProxyEndpoint endpoint",
    "aws:rds/instance:Instance address",
    "aws:rds/cluster:Cluster endpoint",
  ],
  logGroup: ["aws:cloudwatch/logGroup:LogGroup name"],
  functionName: lambda,
};

/** Inputs that look like references, but name something new or something that belongs to AWS. */
const noReferences = new Set(["finalSnapshotIdentifier", "policyArn"]);

/** Sentences about references to resources that are not in the graph, or that nothing waits for. */
export function brokenReferences(graph: Graph): string[] {
  return graph.resources.flatMap((resource) =>
    leaves(resource.inputs).flatMap(([key, value]) => {
      const outputs = refersTo[`${resource.type.split(":").at(-1) ?? ""}.${key}`] ?? refersTo[key];
      const isReference = outputs ?? (/(Id|Arn|Identifier|Action)s?$/.test(key) && !noReferences.has(key));
      if (!isReference || String(value).includes(given)) return [];
      const found = graph.resources.find((other) => isKnownAs(other, value, outputs));
      const problem = `${resource.name}: ${key} is ${String(value)}, which `;
      if (found === undefined) return [`${problem}is nothing in the graph`];
      return graph.waitsFor(resource, found) ? [] : [`${problem}it does not wait for`];
    }),
  );
}

function isKnownAs({ type, outputs }: Registration, value: unknown, allowed: string[] | undefined): boolean {
  return Object.entries(outputs).some(
    ([name, output]) =>
      (allowed?.includes(`${type} ${name}`) ?? true) && leaves({ [name]: output }).some(([, known]) => known === value),
  );
}

/** All texts and numbers in a value, each with its key or with the key of its list. */
function leaves(value: unknown, key = ""): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap((entry) => leaves(entry, key));
  if (value === null || typeof value !== "object") return [[key, value]];
  return Object.entries(value).flatMap(([name, entry]) => leaves(entry, name));
}

/** Inputs that AWS needs in addition to those that the provider requires, by type. */
const needs: Record<string, (inputs: Record<string, any>) => Record<string, unknown>> = {
  "awsx:ec2:Vpc": ({ availabilityZoneNames }) => ({ availabilityZoneNames }),
  "aws:ec2/securityGroup:SecurityGroup": ({ vpcId, description }) => ({ vpcId, description }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ subnetIds, securityGroupIds }) => ({ subnetIds, securityGroupIds }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ({ fromPort, toPort, ...inputs }) => ({
    fromPort,
    toPort,
    source: inputs.referencedSecurityGroupId ?? inputs.cidrIpv4 ?? inputs.cidrIpv6,
  }),
  "aws:secretsmanager/secretVersion:SecretVersion": ({ secretString }) => JSON.parse(secretString),
  "aws:rds/instance:Instance": ({ engine, engineVersion, allocatedStorage, ...inputs }) => ({
    engine,
    engineVersion,
    ...commonNeeds(inputs),
    storage: allocatedStorage ?? inputs.snapshotIdentifier,
    username: inputs.username ?? inputs.snapshotIdentifier,
    password: inputs.password ?? inputs.manageMasterUserPassword,
    parameterGroupName: inputs.parameterGroupName,
  }),
  "aws:rds/cluster:Cluster": ({ engineVersion, dbClusterParameterGroupName, ...inputs }) => ({
    engineVersion,
    dbClusterParameterGroupName,
    ...commonNeeds(inputs),
    username: inputs.masterUsername ?? inputs.snapshotIdentifier,
    password: inputs.masterPassword ?? inputs.manageMasterUserPassword,
  }),
  "aws:rds/clusterInstance:ClusterInstance": ({ dbSubnetGroupName }) => ({ dbSubnetGroupName }),
  "aws:rds/proxy:Proxy": ({ name, vpcSecurityGroupIds, auths, defaultAuthScheme }) => ({
    name,
    vpcSecurityGroupIds,
    auths: defaultAuthScheme === "IAM_AUTH" || auths,
    secretArns: auths?.every(({ secretArn }: { secretArn?: string }) => secretArn) ?? true,
  }),
  "aws:rds/proxyEndpoint:ProxyEndpoint": ({ vpcSecurityGroupIds }) => ({ vpcSecurityGroupIds }),
  "aws:rds/proxyTarget:ProxyTarget": ({ dbInstanceIdentifier, dbClusterIdentifier }) => ({
    database: dbInstanceIdentifier ?? dbClusterIdentifier,
  }),
  "aws:lambda/function:Function": ({ code, handler, runtime, vpcConfig, environment, loggingConfig }) => {
    const { DB_ENDPOINT, DB_NAME, DB_USER, DB_AUTH, DB_SECRET_ARN } = environment.variables;
    const login = DB_AUTH === "password" ? DB_SECRET_ARN : DB_AUTH;
    return { code, handler, runtime, ...vpcConfig, ...loggingConfig, DB_ENDPOINT, DB_NAME, DB_USER, login };
  },
  "aws:ec2/instance:Instance": ({ ami, instanceType, subnetId, vpcSecurityGroupIds, iamInstanceProfile }) => ({
    ami,
    instanceType,
    subnetId,
    vpcSecurityGroupIds,
    iamInstanceProfile,
  }),
};

function commonNeeds({ dbSubnetGroupName, vpcSecurityGroupIds, port, ...inputs }: Record<string, any>) {
  const finalSnapshot: unknown = inputs.skipFinalSnapshot === true ? "none" : inputs.finalSnapshotIdentifier;
  return { dbSubnetGroupName, vpcSecurityGroupIds, port, finalSnapshot };
}

/** Sentences about needed inputs that are missing, and about texts that were built from a missing value. */
export function missingInputs(graph: Graph): string[] {
  return graph.resources.flatMap(({ type, name, inputs }) => {
    const required = Object.fromEntries(requiredInputs(type).map((key) => [key, inputs[key]]));
    const missing = Object.entries({ ...required, ...needs[type]?.(inputs) })
      .filter(
        ([, value]) => value === undefined || value === "" || value === false || (value as unknown[]).length === 0,
      )
      .map(([key]) => `${name}: ${key} is missing`);
    const broken = leaves(inputs)
      .filter(([, value]) => /undefined|\[object|Calling \[/.test(String(value)))
      .filter(([, value]) => typeof value === "string")
      .map(([key, value]) => `${name}: ${key} is ${String(value)}`);
    return [...missing, ...broken];
  });
}

function requiredInputs(type: string): string[] {
  return [...sourceOf(type).matchAll(/Missing required property '(\w+)'/g)].map(([, key]) => key ?? "");
}

/** Whether the provider lets resources of a type carry tags. */
export function canBeTagged(type: string): boolean {
  return sourceOf(type).includes('resourceInputs["tags"]');
}

/** The source of a resource's class in its SDK, which is the only place that says which inputs it requires and accepts. */
function sourceOf(type: string): string {
  const [sdk, path = "", name = ""] = type.split(":");
  const sdks: Record<string, any> = { aws, awsx };
  return String(sdks[sdk ?? ""]?.[path.split("/")[0] ?? ""]?.[name] ?? "");
}

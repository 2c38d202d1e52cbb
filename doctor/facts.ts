import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { ConnectionPoolConfigurationInfo, DBProxy, DBProxyTarget } from "@aws-sdk/client-rds";
import type { Ask } from "./calls";
import { type Place, unique } from "./network";

/** The function, with the variables that `ProxyClientFunction` gives it. */
export interface FunctionFacts {
  configuration: FunctionConfiguration;
  name: string;
  roleArn: string;
  variables: Record<string, string>;
  place: Place;
  vpcId: string | undefined;
  /** How many containers it may have; undefined if nobody has limited it. */
  reservedConcurrency: number | undefined;
}

/** @throws Error when there is no such function */
export async function functionFacts(ask: Ask, name: string): Promise<FunctionFacts> {
  const [configuration, concurrency] = await Promise.all([
    ask("lambda:GetFunctionConfiguration", { FunctionName: name }),
    ask("lambda:GetFunctionConcurrency", { FunctionName: name }),
  ]);
  if (configuration === undefined) {
    throw new Error(
      "The doctor may not ask for the function (lambda:GetFunctionConfiguration): see the policy in docs/doctor.md.",
    );
  }
  const { VpcConfig: vpc, Environment: environment, Role: roleArn = "" } = configuration;
  return {
    configuration,
    name,
    roleArn,
    variables: environment?.Variables ?? {},
    place: { what: "the function", groupIds: vpc?.SecurityGroupIds ?? [], subnetIds: vpc?.SubnetIds ?? [] },
    vpcId: vpc?.VpcId === "" ? undefined : vpc?.VpcId,
    reservedConcurrency: concurrency?.ReservedConcurrentExecutions,
  };
}

/** The proxy that the function's DB_ENDPOINT leads to. */
export interface ProxyFacts {
  proxy: DBProxy;
  name: string;
  /** Where clients find the endpoint. */
  place: Place;
  /** Where the proxy connects to the database from. */
  own: Place;
  pool: ConnectionPoolConfigurationInfo | undefined;
  targets: DBProxyTarget[];
}

/** Undefined if no proxy has the endpoint. */
export async function proxyFacts(ask: Ask, host: string): Promise<ProxyFacts | undefined> {
  const proxies = await allProxies(ask);
  const further = proxies.some(({ Endpoint }) => Endpoint === host)
    ? undefined
    : (await ask("rds:DescribeDBProxyEndpoints", {}))?.DBProxyEndpoints?.find(({ Endpoint }) => Endpoint === host);
  const proxy = proxies.find(({ Endpoint, DBProxyName }) => Endpoint === host || DBProxyName === further?.DBProxyName);
  if (proxy?.DBProxyName === undefined) return undefined;
  const [groups, targets] = await Promise.all([
    ask("rds:DescribeDBProxyTargetGroups", { DBProxyName: proxy.DBProxyName }),
    ask("rds:DescribeDBProxyTargets", { DBProxyName: proxy.DBProxyName }),
  ]);
  const placeOf = ({
    VpcSecurityGroupIds = [],
    VpcSubnetIds = [],
  }: Pick<DBProxy, "VpcSecurityGroupIds" | "VpcSubnetIds">) => ({
    what: "the proxy",
    groupIds: VpcSecurityGroupIds,
    subnetIds: VpcSubnetIds,
  });
  return {
    proxy,
    name: proxy.DBProxyName,
    place: placeOf(further ?? proxy),
    own: placeOf(proxy),
    pool: groups?.TargetGroups?.[0]?.ConnectionPoolConfig,
    targets: targets?.Targets ?? [],
  };
}

async function allProxies(ask: Ask): Promise<DBProxy[]> {
  const proxies: DBProxy[] = [];
  let marker: string | undefined;
  do {
    const page = await ask("rds:DescribeDBProxies", marker === undefined ? {} : { Marker: marker });
    proxies.push(...(page?.DBProxies ?? []));
    marker = page?.Marker === "" ? undefined : page?.Marker;
  } while (marker !== undefined);
  return proxies;
}

/** The database behind the proxy. */
export interface DatabaseFacts {
  identifier: string;
  isCluster: boolean;
  status: string;
  port: number;
  place: Place;
}

/** Undefined if the proxy has no target, or the database is not there. */
export async function databaseFacts(ask: Ask, targets: DBProxyTarget[]): Promise<DatabaseFacts | undefined> {
  const cluster = targets.find(({ Type }) => Type === "TRACKED_CLUSTER")?.RdsResourceId;
  const identifier = cluster ?? targets[0]?.RdsResourceId;
  if (identifier === undefined) return undefined;
  return cluster === undefined ? instanceFacts(ask, identifier) : clusterFacts(ask, identifier);
}

async function instanceFacts(ask: Ask, identifier: string): Promise<DatabaseFacts | undefined> {
  const answer = await ask("rds:DescribeDBInstances", { DBInstanceIdentifier: identifier });
  const [instance] = answer?.DBInstances ?? [];
  if (instance === undefined) return undefined;
  const subnetIds = (instance.DBSubnetGroup?.Subnets ?? []).map(({ SubnetIdentifier = "" }) => SubnetIdentifier);
  return {
    identifier,
    isCluster: false,
    status: instance.DBInstanceStatus ?? "unknown",
    port: instance.Endpoint?.Port ?? 3306,
    place: { what: "the database", groupIds: groupsOf(instance.VpcSecurityGroups), subnetIds },
  };
}

async function clusterFacts(ask: Ask, identifier: string): Promise<DatabaseFacts | undefined> {
  const answer = await ask("rds:DescribeDBClusters", { DBClusterIdentifier: identifier });
  const [cluster] = answer?.DBClusters ?? [];
  if (cluster === undefined) return undefined;
  const groups = await ask("rds:DescribeDBSubnetGroups", { DBSubnetGroupName: cluster.DBSubnetGroup });
  const subnets = groups?.DBSubnetGroups?.[0]?.Subnets ?? [];
  return {
    identifier,
    isCluster: true,
    status: cluster.Status ?? "unknown",
    port: cluster.Port ?? 3306,
    place: {
      what: "the database",
      groupIds: groupsOf(cluster.VpcSecurityGroups),
      subnetIds: unique(subnets.map(({ SubnetIdentifier = "" }) => SubnetIdentifier)),
    },
  };
}

function groupsOf(groups: { VpcSecurityGroupId?: string | undefined }[] = []): string[] {
  return groups.map(({ VpcSecurityGroupId = "" }) => VpcSecurityGroupId);
}

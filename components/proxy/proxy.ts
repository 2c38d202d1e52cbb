import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Scope } from "../base/scope";
import type { DatabaseServer } from "../database/server";
import { type AuthMode, type DatabaseUser, proxyAuthentication } from "../login/auth";
import type { Network } from "../network/network";
import type { ProxySettings } from "./arguments";

/** What a proxy is created from. */
export interface ProxyContext {
  network: Network;
  securityGroupId: pulumi.Input<string>;
  role: aws.iam.Role;
  auth: AuthMode;
  users: DatabaseUser[];
  dependsOn: pulumi.Input<pulumi.Resource[]>;
}

/** Creates the proxy with its log group. It is made beside the database, not after it: each takes minutes. */
export function createProxy(scope: Scope, settings: ProxySettings, context: ProxyContext): aws.rds.Proxy {
  const { network, securityGroupId, role, auth, users, dependsOn } = context;
  const vpcSubnetIds = pulumi.output(network.proxySubnetIds) as pulumi.Output<string[]>;
  const { networkType, targetNetworkType } = settings;
  const name = proxyName(scope, {
    // Sorted, since in another order they are the same to AWS: the proxy would be renamed and not replaced.
    subnets: vpcSubnetIds.apply((ids) => [...ids].sort().join()),
    networkType,
    targetNetworkType,
  });
  const logGroup = scope.create(aws.cloudwatch.LogGroup, "proxy", {
    name: pulumi.interpolate`/aws/rds/proxy/${name}`,
    retentionInDays: settings.logRetentionInDays,
    tags: scope.tags,
  });
  return scope.create(
    aws.rds.Proxy,
    "proxy",
    {
      name,
      engineFamily: "MYSQL",
      ...proxyAuthentication(auth, users, settings.clientPasswordAuthType),
      roleArn: role.arn,
      vpcSubnetIds,
      vpcSecurityGroupIds: [securityGroupId],
      // AWS's default; said only where it matters, since it is not known in every region.
      ...(networkType !== "IPV4" && { endpointNetworkType: networkType }),
      ...(targetNetworkType !== "IPV4" && { targetConnectionNetworkType: targetNetworkType }),
      requireTls: settings.requireTls,
      debugLogging: settings.debugLogging,
      idleClientTimeout: settings.idleClientTimeout,
      tags: scope.tags,
    },
    { dependsOn: pulumi.output(dependsOn).apply((resources) => [logGroup, ...resources]) },
  );
}

/**
 * A name that the proxy's log group can be created with before the proxy writes to one that never expires. It is another one
 * whenever something changes for which AWS replaces the proxy, so that the new one can be made before the old one goes.
 */
function proxyName(scope: Scope, replacedBy: Record<string, pulumi.Input<string>>): pulumi.Output<string> {
  const suffix = scope.create(random.RandomId, "proxy-name", { byteLength: 4, keepers: replacedBy });
  return pulumi.interpolate`${scope.name}-proxy-${suffix.hex}`;
}

/** Tells the proxy how to use its pool, and registers the database with it. */
export function createTarget(
  scope: Scope,
  proxy: aws.rds.Proxy,
  server: DatabaseServer,
  settings: ProxySettings,
  dependsOn: pulumi.Resource[],
): aws.rds.ProxyTarget {
  const { maxConnectionsPercent, maxIdleConnectionsPercent, connectionBorrowTimeout } = settings;
  const { sessionPinningFilters, initQuery } = settings;
  const targetGroup = scope.create(aws.rds.ProxyDefaultTargetGroup, "proxy", {
    dbProxyName: proxy.name,
    connectionPoolConfig: {
      maxConnectionsPercent,
      maxIdleConnectionsPercent,
      connectionBorrowTimeout,
      ...(sessionPinningFilters.length > 0 && { sessionPinningFilters }),
      ...(initQuery !== undefined && { initQuery }),
    },
  });
  return scope.create(
    aws.rds.ProxyTarget,
    "proxy",
    { dbProxyName: proxy.name, targetGroupName: targetGroup.name, ...server.identifier },
    {
      // A target that can be reached and logged in to from its first health check is AVAILABLE minutes sooner.
      dependsOn: [...server.ready, ...dependsOn],
      // A proxy has one target at most, so the earlier database has to go before the one that replaces it can register.
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations
      deleteBeforeReplace: true,
    },
  );
}

/** Creates an endpoint that leads to the readers of an Aurora cluster, which have to be there before. */
export function createReadOnlyEndpoint(
  scope: Scope,
  proxy: aws.rds.Proxy,
  network: Network,
  securityGroupId: pulumi.Input<string>,
  dependsOn: pulumi.Resource[],
): aws.rds.ProxyEndpoint {
  return scope.create(
    aws.rds.ProxyEndpoint,
    "read-only",
    {
      // The name of the proxy is new with each proxy, and so is this one.
      dbProxyEndpointName: pulumi.interpolate`${proxy.name}-read-only`,
      dbProxyName: proxy.name,
      targetRole: "READ_ONLY",
      vpcSubnetIds: network.proxySubnetIds,
      vpcSecurityGroupIds: [securityGroupId],
      tags: scope.tags,
    },
    { dependsOn },
  );
}

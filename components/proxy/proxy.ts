import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Scope } from "../base/scope";
import type { DatabaseServer } from "../database/server";
import { type AuthMode, type DatabaseUser, proxyAuthentication } from "../login/auth";
import type { Network } from "../network/network";
import type { ProxySettings } from "./arguments";

/** What a proxy is created with. */
export interface ProxyContext {
  network: Network;
  securityGroupId: pulumi.Input<string>;
  roleArn: pulumi.Input<string>;
  auth: AuthMode;
  users: DatabaseUser[];
  dependsOn: pulumi.Input<pulumi.Resource[]>;
}

/** Creates the proxy with its log group. Pulumi creates it beside the database, since each of them takes minutes. */
export function createProxy(scope: Scope, settings: ProxySettings, context: ProxyContext): aws.rds.Proxy {
  const { network, securityGroupId, roleArn, auth, users, dependsOn } = context;
  const vpcSubnetIds = pulumi.output(network.proxySubnetIds) as pulumi.Output<string[]>;
  const { networkType, targetNetworkType } = settings;
  const name = proxyName(scope, {
    // Sorted, because their order means nothing to AWS: it would rename the proxy instead of replacing it.
    subnets: vpcSubnetIds.apply((ids) => [...ids].sort().join()),
    networkType,
    targetNetworkType,
  });
  const logGroup = scope.create(
    aws.cloudwatch.LogGroup,
    "proxy",
    {
      name: pulumi.interpolate`/aws/rds/proxy/${name}`,
      retentionInDays: settings.logRetentionInDays,
      kmsKeyId: settings.logKmsKeyArn,
      tags: scope.tags,
    },
    newBeforeOld,
  );
  return scope.create(
    aws.rds.Proxy,
    "proxy",
    {
      name,
      engineFamily: "MYSQL",
      ...proxyAuthentication(auth, users, settings.clientPasswordAuthType),
      roleArn,
      vpcSubnetIds,
      vpcSecurityGroupIds: [securityGroupId],
      // Left out where it is AWS's default, because not every region knows this property.
      ...(networkType !== "IPV4" && { endpointNetworkType: networkType }),
      ...(targetNetworkType !== "IPV4" && { targetConnectionNetworkType: targetNetworkType }),
      requireTls: settings.requireTls,
      debugLogging: settings.debugLogging,
      idleClientTimeout: settings.idleClientTimeout,
      tags: scope.tags,
    },
    {
      ...newBeforeOld,
      // AWS can rename a proxy, but a target is deregistered by the proxy's old name, so the next one could not register.
      replaceOnChanges: ["name"],
      dependsOn: pulumi.output(dependsOn).apply((resources) => [logGroup, ...resources]),
      customTimeouts: settings.timeouts,
    },
  );
}

/**
 * The provider deletes a resource before it creates the next one when the program has chosen its name, because it does not compare the
 * names. Here they differ: see {@link proxyName}. Without this, nobody could connect until the new proxy exists.
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/schema.go
 */
const newBeforeOld: pulumi.CustomResourceOptions = { deleteBeforeReplace: false };

/**
 * The proxy's name. It is chosen here, so that the log group can exist before the proxy does: otherwise RDS creates one that
 * keeps its logs for ever. It changes with everything for which AWS replaces the proxy, so that the new proxy can be created
 * before the old one is deleted.
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
      // A target is AVAILABLE minutes sooner if its first health check can reach it and log in to it.
      dependsOn: [...server.ready, ...dependsOn],
      // A proxy has one target at most, so the old database has to be deregistered before the new one registers.
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations
      deleteBeforeReplace: true,
    },
  );
}

/** The command that shows the health of a proxy's target, with AWS's reason where it is not available. */
export function targetHealthCommand(scope: Scope, proxyName: pulumi.Output<string>): pulumi.Output<string> {
  const { region } = aws.getRegionOutput({}, scope.lookup);
  return pulumi.interpolate`aws rds describe-db-proxy-targets --region ${region} --db-proxy-name ${proxyName}`;
}

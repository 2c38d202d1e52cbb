import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { decryptStatement, readStatement, type CredentialsSecret } from "./credentials";
import type { DatabaseServer } from "./instance";
import type { Network } from "./network";
import { policyDocument, trustPolicy } from "./policy";
import type { Scope } from "./scope";

/** How RDS Proxy behaves. Every setting but `requireTls` and `debugLogging` is in its default target group. */
export interface ProxySettings {
  /** Refuse clients that do not use TLS. */
  requireTls: boolean;
  /** Log every statement. AWS turns it off by itself after 24 hours. */
  debugLogging: boolean;
  /** Seconds after which an idle client is disconnected. */
  idleClientTimeout: number;
  /** Share of the database's max_connections that the proxy may open, in percent. */
  maxConnectionsPercent: number;
  /** Share of max_connections that the proxy keeps open while nobody needs them, in percent. */
  maxIdleConnectionsPercent: number;
  /** Seconds that a client waits for a database connection before it gets error 9501. */
  connectionBorrowTimeout: number;
}

/** The role as which the proxy reads the secret. */
export function createProxyRole(
  scope: Scope,
  secret: CredentialsSecret,
): { arn: pulumi.Output<string>; policy: pulumi.Resource } {
  const role = scope.create(aws.iam.Role, "proxy", {
    description: `Lets RDS Proxy read the credentials of ${scope.name}`,
    assumeRolePolicy: trustPolicy("rds.amazonaws.com"),
    tags: scope.tags,
  });
  const policy = scope.create(aws.iam.RolePolicy, "proxy", {
    role: role.id,
    policy: policyDocument([readStatement(secret), decryptStatement(scope, secret)]),
  });
  return { arn: role.arn, policy };
}

/** Creates the proxy. It is made beside the database, not after it: each takes minutes. */
export function createProxy(
  scope: Scope,
  network: Network,
  securityGroupId: pulumi.Input<string>,
  secret: CredentialsSecret,
  settings: ProxySettings,
): aws.rds.Proxy {
  const role = createProxyRole(scope, secret);
  return scope.create(
    aws.rds.Proxy,
    "proxy",
    {
      engineFamily: "MYSQL",
      auths: [
        {
          authScheme: "SECRETS",
          secretArn: secret.arn,
          iamAuth: "DISABLED",
          // MySQL 8.4 has mysql_native_password switched off.
          clientPasswordAuthType: "MYSQL_CACHING_SHA2_PASSWORD",
        },
      ],
      roleArn: role.arn,
      vpcSubnetIds: network.subnetIds,
      vpcSecurityGroupIds: [securityGroupId],
      requireTls: settings.requireTls,
      debugLogging: settings.debugLogging,
      idleClientTimeout: settings.idleClientTimeout,
      tags: scope.tags,
    },
    // A proxy that may not read its secret yet comes up with a target that says AUTH_FAILURE.
    { dependsOn: role.policy },
  );
}

/** Tells the proxy how to use its pool, and registers the database with it. */
export function createTarget(
  scope: Scope,
  proxy: aws.rds.Proxy,
  server: DatabaseServer,
  settings: ProxySettings,
  dependsOn: pulumi.Resource[],
): aws.rds.ProxyTarget {
  const targetGroup = scope.create(aws.rds.ProxyDefaultTargetGroup, "proxy", {
    dbProxyName: proxy.name,
    connectionPoolConfig: {
      maxConnectionsPercent: settings.maxConnectionsPercent,
      maxIdleConnectionsPercent: settings.maxIdleConnectionsPercent,
      connectionBorrowTimeout: settings.connectionBorrowTimeout,
    },
  });
  return scope.create(
    aws.rds.ProxyTarget,
    "proxy",
    { dbProxyName: proxy.name, targetGroupName: targetGroup.name, dbInstanceIdentifier: server.identifier },
    // A target that can be reached and logged in to from its first health check is AVAILABLE minutes sooner.
    { dependsOn: [...server.ready, ...dependsOn] },
  );
}

import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ProxyAttributes } from "./access/attributes";
import type { ProxiedDatabaseSettings } from "./arguments";
import type { DatabaseServer } from "./database/server";
import type { DatabaseUser } from "./login/auth";
import type { Network } from "./network/network";
import type { DatabaseGroups } from "./network/securityGroups";

/*
 * What a ProxiedDatabase shows of itself: its resources, and what its clients have to know.
 */

/** The most important resources that a {@link ProxiedDatabase} creates. */
export interface DatabaseNodes {
  /** The proxy. */
  proxy: aws.rds.Proxy;
  /** The database as the proxy's target. */
  target: aws.rds.ProxyTarget;
  /** The proxy's role, unless it existed before. */
  proxyRole: aws.iam.Role | undefined;
  /** The RDS instance, if the database is one. */
  instance: aws.rds.Instance | undefined;
  /** The Aurora cluster, if the database is one. */
  cluster: aws.rds.Cluster | undefined;
  /** The proxy's group. */
  proxySecurityGroup: aws.ec2.SecurityGroup;
  /** The database's group, unless the database existed before. */
  databaseSecurityGroup: aws.ec2.SecurityGroup | undefined;
}

/** What a component has made, as far as its clients have to know it. */
export interface Made {
  network: Network;
  groups: DatabaseGroups;
  server: DatabaseServer;
  users: DatabaseUser[];
  proxy: aws.rds.Proxy;
  readOnlyEndpoint: pulumi.Output<string> | undefined;
  secretsManagerGroupId: pulumi.Output<string> | undefined;
}

/** All that a client has to know. */
export function attributesOf(settings: ProxiedDatabaseSettings, made: Made): ProxyAttributes {
  const { network, groups, server, users, proxy } = made;
  return {
    auth: settings.auth,
    databaseName: settings.databaseName,
    defaultUser: settings.defaultUser,
    users: Object.fromEntries(
      users.map(({ name, auth, secretArn }) => [name, { ...(auth !== settings.auth && { auth }), secretArn }]),
    ),
    kmsKeyArn: settings.credentials.kmsKeyArn,
    connectionBorrowTimeout: settings.proxy.connectionBorrowTimeout,
    vpcId: pulumi.output(network.vpcId),
    subnetIds: pulumi.output(network.subnetIds),
    ipv6: settings.proxy.networkType !== "IPV4",
    proxyArn: proxy.arn,
    proxyEndpoint: proxy.endpoint,
    readOnlyEndpoint: made.readOnlyEndpoint,
    proxySecurityGroupId: groups.proxy,
    databaseSecurityGroupId: groups.database,
    secretsManagerSecurityGroupId: made.secretsManagerGroupId,
    databaseResourceId: server.resourceId,
  };
}

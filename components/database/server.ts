import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Scope } from "../base/scope";
import type { Network } from "../network/network";
import type { Durability } from "./durability";
import type { Engine } from "./engines";

/** The database that the proxy stands in front of, whatever it is made of. */
export interface DatabaseServer {
  engine: Engine;
  /** What the secret and the proxy's target call it. */
  identifier: DatabaseIdentifier;
  /** Host name, without the port. */
  address: pulumi.Output<string>;
  port: pulumi.Output<number>;
  /** Never the same for two databases, even with the same identifier. */
  resourceId: pulumi.Output<string>;
  /** ARN of the secret in which somebody else keeps the master user's password: RDS, or whoever made the database. */
  secretArn: pulumi.Output<string>;
  /** What has to exist before the database can be registered with a proxy. */
  ready: pulumi.Resource[];
  /** What has to exist before an endpoint for readers can be created. */
  readers: pulumi.Resource[];
}

export type DatabaseIdentifier =
  { dbInstanceIdentifier: pulumi.Output<string> } | { dbClusterIdentifier: pulumi.Output<string> };

/** The master user's name and password. */
export interface MasterUser {
  username: string;
  /** Undefined when RDS makes and keeps it, or when the database exists already. */
  password: pulumi.Output<string> | undefined;
  kmsKeyArn: pulumi.Input<string> | undefined;
}

/** What both kinds of database are created with. */
export interface DatabaseContext {
  network: Network;
  securityGroupId: pulumi.Input<string>;
  databaseName: string;
  master: MasterUser;
  durability: Durability;
  /** Whether the proxy logs in with tokens. */
  iamAuthentication: boolean;
  /** Whether the proxy comes by IPv6. */
  ipv6: boolean;
}

/**
 * The database's kinds of addresses: both where the proxy comes by IPv6, and otherwise AWS's default, IPv4.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-network-prereqs.html
 */
export function addressesOf({ ipv6 }: DatabaseContext): { networkType?: "DUAL" } {
  return ipv6 ? { networkType: "DUAL" } : {};
}

/** ARN of the secret that RDS made for a database's master user, if it did. */
export function managedSecretArn(secrets: pulumi.Output<{ secretArn: string }[]>): pulumi.Output<string> {
  return secrets.apply(([secret]) => secret?.secretArn ?? "");
}

/**
 * Options of a database. A restored database is encrypted exactly if its snapshot is. Without `ignoreChanges` the next
 * deployment would replace an unencrypted one, and lose what was written since.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html#Overview.Encryption.Limitations
 */
export function optionsOf({ protect }: Durability, snapshotIdentifier: string | undefined) {
  return { protect, ...(snapshotIdentifier !== undefined && { ignoreChanges: ["storageEncrypted"] }) };
}

/** What happens to a database's data at its end. */
export function deletionOf(scope: Scope, durability: Durability, replacedBy: Record<string, pulumi.Input<string>>) {
  const { deletionProtection, finalSnapshot } = durability;
  if (!finalSnapshot) return { deletionProtection, skipFinalSnapshot: true, deleteAutomatedBackups: true };
  // AWS refuses to delete a database whose final snapshot's name is taken. So each database has a name of its own for it,
  // even one that replaces an earlier one.
  const suffix = scope.create(random.RandomId, "final-snapshot", { byteLength: 4, keepers: replacedBy });
  return {
    deletionProtection,
    skipFinalSnapshot: false,
    deleteAutomatedBackups: false,
    finalSnapshotIdentifier: pulumi.interpolate`${scope.name}-final-${suffix.hex}`,
  };
}

/** The subnets that RDS may put a database into. */
export function createSubnetGroup(scope: Scope, network: Network): aws.rds.SubnetGroup {
  return scope.create(aws.rds.SubnetGroup, "database", {
    subnetIds: network.subnetIds,
    description: `Subnets of ${scope.name}`,
    tags: scope.tags,
  });
}

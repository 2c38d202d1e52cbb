import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
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
  /** ARN of the secret in which somebody else keeps the master user's password: RDS, or the owner of an existing database. */
  secretArn: pulumi.Output<string>;
  /** The resource itself, where it is created here. */
  instance?: aws.rds.Instance;
  cluster?: aws.rds.Cluster;
  /** What has to exist before the database can be registered with a proxy. */
  ready: pulumi.Resource[];
  /** What has to exist before an endpoint for readers can be created. */
  readers: pulumi.Resource[];
}

export type DatabaseIdentifier =
  { dbInstanceIdentifier: pulumi.Output<string> } | { dbClusterIdentifier: pulumi.Output<string> };

/** The identifier of the instance or the cluster. */
export function identifierOf({ identifier }: DatabaseServer): pulumi.Output<string> {
  return "dbInstanceIdentifier" in identifier ? identifier.dbInstanceIdentifier : identifier.dbClusterIdentifier;
}

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

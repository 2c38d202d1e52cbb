import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseEnvironment } from "../../handler/environment";
import type { AuthMode } from "../login/auth";
import { mysqlPort, type Source } from "../network/securityGroups";

/**
 * All that a client has to know of a database behind its proxy. As a stack output, it lets another stack use the database: see `ProxiedDatabase.fromStack`.
 */
export interface ProxyAttributes {
  /** How clients log in. */
  auth: AuthMode;
  /** Database (schema) that functions work in. */
  databaseName: string;
  /** User that functions log in as, unless they name another one. */
  defaultUser: string;
  /** The users by their names: the secret of each one that has a secret, and how to log in where that differs from `auth`. */
  users: Record<string, UserAttributes>;
  /** ARN of the customer-managed key that encrypts the secrets, if there is one. */
  kmsKeyArn?: pulumi.Input<string> | undefined;
  /** Seconds that a client waits for a database connection before it gets error 9501. */
  connectionBorrowTimeout: number;
  /** The VPC of proxy and database. */
  vpcId: pulumi.Input<string>;
  /** Subnets for functions. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether the subnets have IPv6 too. */
  ipv6: boolean;
  /** ARN of the proxy. */
  proxyArn: pulumi.Input<string>;
  /** Host name of the proxy. */
  proxyEndpoint: pulumi.Input<string>;
  /** Host name of the proxy's endpoint for readers, if there is one. */
  readOnlyEndpoint?: pulumi.Input<string> | undefined;
  /** The proxy's security group. */
  proxySecurityGroupId: pulumi.Input<string>;
  /** The database's security group. It lets in the proxy and the bastion only. */
  databaseSecurityGroupId: pulumi.Input<string>;
  /** Security group of the interface endpoint for Secrets Manager, if there is one here. */
  secretsManagerSecurityGroupId?: pulumi.Input<string> | undefined;
  /** An id that no two databases share, so it changes when the database is replaced. */
  databaseResourceId: pulumi.Input<string>;
}

/** What a client has to know of one user. */
export interface UserAttributes {
  /** How to log in, where it differs from the database's `auth`. */
  auth?: AuthMode | undefined;
  /** ARN of the secret with the password, if there is one. */
  secretArn?: pulumi.Input<string> | undefined;
}

/** What lets one client in. */
export interface ClientAccess {
  /** The client's security group, or a range of addresses such as `{ cidrIpv4: "10.1.0.0/16" }`. */
  source: pulumi.Input<string> | Source;
  /** Name of the role that the client runs as. */
  roleName: pulumi.Input<string>;
  /**
   * Database user that the client logs in as.
   * @default the user that functions log in as
   */
  user?: string | undefined;
}

/** A database that clients can be let into: a `ProxiedDatabase`, or one of another stack. */
export interface ConnectableDatabase {
  /** What a client has to know of it. */
  readonly attributes: ProxyAttributes;
  /** What a client has to wait for before it can connect. */
  readonly ready: pulumi.Resource[];
  /** See {@link ProxiedDatabase.allowFrom}. */
  allowFrom(client: string, source: pulumi.Input<string> | Source): pulumi.Resource[];
  /** See {@link ProxiedDatabase.grantConnect}. */
  grantConnect(client: string, roleName: pulumi.Input<string>, user?: string): pulumi.Resource;
}

/** How clients log in as a user. */
export function authOf({ users, auth }: ProxyAttributes, user: string): AuthMode {
  return users[user]?.auth ?? auth;
}

/** ARN of the secret with the password of a user. */
export function secretOf({ users }: ProxyAttributes, user: string): pulumi.Input<string> {
  const arn = users[user]?.secretArn;
  if (arn === undefined) {
    throw new Error(`The database user ${user} has no secret: use one of ${Object.keys(users).join(", ")}.`);
  }
  return arn;
}

/** The variables that a callback finds in its environment, as outputs. */
export type DatabaseEnvironmentOutputs = Outputs<DatabaseEnvironment>;
type Outputs<E> = E extends unknown ? { [K in keyof E]: E[K] | pulumi.Input<string> } : never;

/** The environment that the callbacks in `handler/` read. */
export function environmentOf(
  attributes: ProxyAttributes,
  {
    user = attributes.defaultUser,
    readOnly = false,
  }: { user?: string | undefined; readOnly?: boolean | undefined } = {},
): DatabaseEnvironmentOutputs {
  const { proxyEndpoint, readOnlyEndpoint = proxyEndpoint, databaseName, connectionBorrowTimeout } = attributes;
  const environment = {
    DB_ENDPOINT: readOnly ? readOnlyEndpoint : proxyEndpoint,
    DB_PORT: String(mysqlPort),
    DB_NAME: databaseName,
    DB_USER: user,
    DB_CONNECT_TIMEOUT: String(connectionBorrowTimeout + 1),
  };
  return authOf(attributes, user) === "password"
    ? { ...environment, DB_AUTH: "password", DB_SECRET_ARN: secretOf(attributes, user) }
    : { ...environment, DB_AUTH: "iam" };
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseEnvironment } from "../handler/environment";
import { Validator } from "./arguments/validator";
import type { AuthMode } from "./auth";
import { connectStatement } from "./auth";
import { decryptStatement, readStatement } from "./credentials";
import { policyDocument } from "./policy";
import type { Scope } from "./scope";
import { allowInbound, httpsPort, mysqlPort, type Source } from "./securityGroups";

/**
 * All that a client has to know of a database behind its proxy. A stack output of it is enough to use the database from
 * another stack: see `ProxiedDatabase.fromStack`.
 */
export interface ProxyAttributes {
  /** How clients log in. */
  auth: AuthMode;
  /** Database (schema) that functions work in. */
  databaseName: string;
  /** User that functions log in as when they name no other. */
  defaultUser: string;
  /** The users there are, and the secrets of those who have one. */
  users: Record<string, { secretArn?: pulumi.Input<string> | undefined }>;
  /** Customer-managed key that encrypts the secrets, if one does. */
  kmsKeyArn?: pulumi.Input<string> | undefined;
  /** Seconds that a client waits for a database connection before it gets error 9501. */
  connectionBorrowTimeout: number;
  vpcId: pulumi.Input<string>;
  /** Subnets for functions. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether the subnets have IPv6 too. */
  ipv6: boolean;
  proxyArn: pulumi.Input<string>;
  /** Host name of the proxy. */
  proxyEndpoint: pulumi.Input<string>;
  /** Host name of its endpoint for readers, if there is one. */
  readOnlyEndpoint?: pulumi.Input<string> | undefined;
  /** The proxy's security group. */
  proxySecurityGroupId: pulumi.Input<string>;
  /** The database's security group. Nobody but the proxy and the bastion belongs in it. */
  databaseSecurityGroupId: pulumi.Input<string>;
  /** Security group of the interface endpoint for Secrets Manager, if there is one here. */
  secretsManagerSecurityGroupId?: pulumi.Input<string> | undefined;
  /** Never the same for two databases: changes when the database is replaced. */
  databaseResourceId: pulumi.Input<string>;
}

/** A database that functions and others can be let into: a `ProxiedDatabase`, or one of another stack. */
export interface ConnectableDatabase {
  readonly attributes: ProxyAttributes;
  /** What a client has to wait for before it can connect. */
  readonly ready: pulumi.Resource[];
  allowFrom(client: string, source: pulumi.Input<string> | Source): pulumi.Resource[];
  grantConnect(client: string, roleName: pulumi.Input<string>, user?: string): pulumi.Resource;
}

/**
 * Rules by the group or range that they let in, for each component: clients that share one share its rules, since AWS refuses
 * a rule that is there already.
 */
const admitted = new WeakMap<Scope, Map<pulumi.Input<string>, pulumi.Resource[]>>();

/**
 * See `ProxiedDatabase.allowFrom`.
 *
 * @throws ArgumentError when the client is in the proxy's or the database's group
 */
export function allowFrom(
  scope: Scope,
  attributes: ProxyAttributes,
  client: string,
  given: pulumi.Input<string> | Source,
): pulumi.Resource[] {
  const from = isSource(given) ? given : { securityGroupId: given };
  const [source = ""] = Object.values<pulumi.Input<string>>(from);
  if (source === attributes.proxySecurityGroupId || source === attributes.databaseSecurityGroupId) {
    new Validator(`ProxiedDatabase "${scope.name}"`).refuse(
      `the group of ${client}`,
      source,
      "that is the proxy's or the database's, and sharing it lets nobody in: give the client a group of its own",
    );
  }
  const known = admitted.get(scope) ?? new Map<pulumi.Input<string>, pulumi.Resource[]>();
  admitted.set(scope, known);
  const rules = known.get(source) ?? createRules(scope, attributes, client, from);
  known.set(source, rules);
  return rules;
}

function createRules(
  scope: Scope,
  { proxySecurityGroupId, secretsManagerSecurityGroupId }: ProxyAttributes,
  client: string,
  from: Source,
): pulumi.Resource[] {
  if (("cidrIpv4" in from && from.cidrIpv4 === "0.0.0.0/0") || ("cidrIpv6" in from && from.cidrIpv6 === "::/0")) {
    scope.warn(`${client} lets any address reach the proxy: name a range, or better a security group.`);
  }
  const rules = [
    allowInbound(scope, `${client}-to-proxy`, {
      ...{ from, to: proxySecurityGroupId, port: mysqlPort },
      description: `MySQL from ${client}`,
    }),
  ];
  if (secretsManagerSecurityGroupId !== undefined) {
    rules.push(
      allowInbound(scope, `${client}-to-secretsmanager`, {
        ...{ from, to: secretsManagerSecurityGroupId, port: httpsPort },
        description: `HTTPS from ${client}`,
      }),
    );
  }
  return rules;
}

function isSource(given: pulumi.Input<string> | Source): given is Source {
  return typeof given === "object" && ("securityGroupId" in given || "cidrIpv4" in given || "cidrIpv6" in given);
}

/** See `ProxiedDatabase.grantConnect`. */
export function grantConnect(
  scope: Scope,
  attributes: ProxyAttributes,
  client: string,
  roleName: pulumi.Input<string>,
  user = attributes.defaultUser,
): pulumi.Resource {
  const { auth, kmsKeyArn, proxyArn } = attributes;
  const statements: aws.types.input.iam.PolicyStatement[] = [];
  if (auth === "password") {
    statements.push(readStatement([secretOf(attributes, user)]));
    // AWS's own key for Secrets Manager decrypts for everyone who may read the secret, so that one takes no kms:Decrypt.
    if (kmsKeyArn !== undefined) statements.push(decryptStatement(scope, kmsKeyArn));
  } else {
    statements.push(connectStatement((name) => proxyUserArn(proxyArn, name), [user]));
  }
  return scope.create(aws.iam.RolePolicy, `${client}-connect`, {
    role: roleName,
    policy: policyDocument(statements),
  });
}

/**
 * A user of a proxy, as policies name it: by the proxy's id, which is the last part of its ARN, not by its name.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
 */
function proxyUserArn(proxyArn: pulumi.Input<string>, user: string): pulumi.Output<string> {
  return pulumi.output(proxyArn).apply((arn) => {
    const [, partition = "", , region = "", account = "", , id = ""] = arn.split(":");
    return `arn:${partition}:rds-db:${region}:${account}:dbuser:${id}/${user}`;
  });
}

function secretOf({ users }: ProxyAttributes, user: string): pulumi.Input<string> {
  const arn = users[user]?.secretArn;
  if (arn === undefined)
    throw new Error(`The database user ${user} has no secret; known are ${Object.keys(users).join(", ")}.`);
  return arn;
}

/** Outputs with the values of the variables that a callback finds in its environment. */
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
  const { proxyEndpoint, readOnlyEndpoint = proxyEndpoint, databaseName, connectionBorrowTimeout, auth } = attributes;
  const environment = {
    DB_ENDPOINT: readOnly ? readOnlyEndpoint : proxyEndpoint,
    DB_PORT: String(mysqlPort),
    DB_NAME: databaseName,
    DB_USER: user,
    DB_CONNECT_TIMEOUT: String(connectionBorrowTimeout + 1),
  };
  return auth === "password"
    ? { ...environment, DB_AUTH: "password", DB_SECRET_ARN: secretOf(attributes, user) }
    : { ...environment, DB_AUTH: "iam" };
}

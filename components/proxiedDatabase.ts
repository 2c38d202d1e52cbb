import * as pulumi from "@pulumi/pulumi";
import { Access } from "./access/access";
import {
  type ConnectableDatabase,
  type DatabaseEnvironmentOutputs,
  environmentOf,
  type ProxyAttributes,
} from "./access/attributes";
import { normalize, type ProxiedDatabaseArgs, type ProxiedDatabaseSettings } from "./arguments";
import { Scope } from "./base/scope";
import { createBastion } from "./bastion";
import { createCluster } from "./database/cluster";
import { existingDatabase } from "./database/existing";
import { createInstance } from "./database/instance";
import type { DatabaseContext, DatabaseServer } from "./database/server";
import { ImportedDatabase } from "./importedDatabase";
import { createUsers, masterUser } from "./login/users";
import { createEndpoint } from "./network/endpoints";
import { createGroups } from "./network/groups";
import { createNetwork } from "./network/network";
import { createGroup, type Source } from "./network/securityGroups";
import { createAlarms } from "./proxy/alarms";
import { createProxy, createReadOnlyEndpoint, createTarget } from "./proxy/proxy";
import { createProxyRole, proxyDependencies } from "./proxy/role";
import { warnings } from "./warnings";

/**
 * A MySQL database behind Amazon RDS Proxy, with the network, security groups, secret and role they need.
 *
 * ```ts
 * const database = new ProxiedDatabase("sample");
 * const reader = new ProxyClientFunction("read", { database, callbackFactory: () => require("./handler").readSampleRows });
 * ```
 *
 * Functions are let in with {@link ProxyClientFunction}; anything else with {@link allowFrom} and {@link grantConnect}.
 */
export class ProxiedDatabase extends pulumi.ComponentResource implements ConnectableDatabase {
  /** All that a client has to know. Export it for functions in another stack: see {@link fromStack}. */
  readonly attributes: ProxyAttributes;
  /** What a client of the proxy has to wait for: the registered target, and the way to Secrets Manager. */
  readonly ready: pulumi.Resource[];
  /** Id of the VPC that everything is in. */
  readonly vpcId: pulumi.Output<string>;
  /** Subnets for functions: those of the database. */
  readonly subnetIds: pulumi.Output<string[]>;
  /** Host name of the proxy: what clients connect to, on port 3306. */
  readonly proxyEndpoint: pulumi.Output<string>;
  /** Host name of the proxy's endpoint for readers, when `proxy.readOnlyEndpoint` is set. */
  readonly readOnlyEndpoint: pulumi.Output<string> | undefined;
  /** Host name of the database itself. Clients other than the bastion cannot reach it. */
  readonly databaseEndpoint: pulumi.Output<string>;
  /** ARN of the secret with the master user's credentials. */
  readonly secretArn: pulumi.Output<string>;
  /** Id of the bastion's EC2 instance, when there is a bastion. */
  readonly bastionId: pulumi.Output<string> | undefined;
  /** Command that forwards port 3306 of one's own machine to the database by way of the bastion, when there is one. */
  readonly bastionCommand: pulumi.Output<string> | undefined;

  private readonly access: Access;

  /** @throws ArgumentError when an argument cannot work, before anything is created */
  constructor(name: string, args: ProxiedDatabaseArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const settings = normalize(name, args);
    super("lambda-rds-proxy:index:ProxiedDatabase", name, {}, opts);
    const { auth } = settings;
    const scope = new Scope(name, this, settings.tags, settings.overrides);
    for (const warning of warnings(settings)) scope.warn(warning);

    const network = createNetwork(scope, settings.check, settings.vpc);
    const groups = createGroups(scope, network, settings);
    const master = masterUser(scope, settings);
    const server = createServer(scope, settings, {
      network,
      master,
      securityGroupId: groups.database,
      databaseName: settings.databaseName,
      durability: settings.durability,
      iamAuthentication: auth === "iam-end-to-end",
      ipv6: settings.proxy.targetNetworkType === "IPV6",
    });
    const { users, masterSecretArn, values } = createUsers(scope, server, master, settings);

    const { role, policy } = createProxyRole(scope, auth, users, server, master.kmsKeyArn);
    const proxy = createProxy(scope, settings.proxy, {
      network,
      securityGroupId: groups.proxy,
      role,
      auth,
      users,
      dependsOn: proxyDependencies(scope, auth, server, policy),
    });
    const target = createTarget(scope, proxy, server, settings.proxy, [...values, policy, ...groups.rules]);
    this.ready = [target];
    if (settings.proxy.readOnlyEndpoint) {
      const endpoint = createReadOnlyEndpoint(scope, proxy, network, groups.proxy, [...server.readers, target]);
      this.readOnlyEndpoint = endpoint.endpoint;
      this.ready.push(endpoint);
    }

    // Only functions that read the secret themselves need a way to it. The proxy has its own.
    let endpointGroupId: pulumi.Output<string> | undefined;
    if (network.needsEndpoints.secretsManager && auth === "password") {
      const group = createGroup(scope, "secretsmanager", network.vpcId, `Secrets Manager for the functions of ${name}`);
      endpointGroupId = group.id;
      this.ready.push(createEndpoint(scope, "secretsmanager", network, network.endpointSubnetIds, group.id));
    }
    if (settings.bastion) {
      const bastion = createBastion(scope, network, server, groups.database);
      this.bastionId = bastion.instanceId;
      this.bastionCommand = bastion.command;
    }
    if (settings.alarms !== undefined) createAlarms(scope, settings.alarms, settings.proxy, proxy);

    this.vpcId = pulumi.output(network.vpcId);
    this.subnetIds = pulumi.output(network.subnetIds);
    this.proxyEndpoint = proxy.endpoint;
    this.databaseEndpoint = server.address;
    this.secretArn = masterSecretArn;
    this.attributes = {
      auth,
      databaseName: settings.databaseName,
      defaultUser: users[0]?.name ?? settings.username,
      users: Object.fromEntries(users.map((user) => [user.name, { secretArn: user.secretArn }])),
      kmsKeyArn: master.kmsKeyArn,
      connectionBorrowTimeout: settings.proxy.connectionBorrowTimeout,
      vpcId: this.vpcId,
      subnetIds: this.subnetIds,
      ipv6: settings.proxy.networkType !== "IPV4",
      proxyArn: proxy.arn,
      proxyEndpoint: proxy.endpoint,
      readOnlyEndpoint: this.readOnlyEndpoint,
      proxySecurityGroupId: groups.proxy,
      databaseSecurityGroupId: groups.database,
      secretsManagerSecurityGroupId: endpointGroupId,
      databaseResourceId: server.resourceId,
    };
    this.access = new Access(scope, this.attributes, settings.check);
    this.registerOutputs({
      proxyEndpoint: this.proxyEndpoint,
      databaseEndpoint: this.databaseEndpoint,
      secretArn: this.secretArn,
      bastionId: this.bastionId,
      bastionCommand: this.bastionCommand,
    });
  }

  /** The environment that the callbacks in `handler/` read, for clients other than a {@link ProxyClientFunction}. */
  get environment(): DatabaseEnvironmentOutputs {
    return environmentOf(this.attributes);
  }

  /**
   * Lets a client reach the proxy, and Secrets Manager where it has an endpoint here. The client's own security group has
   * to let it out: this component does not touch it. Clients that share a group share its rules. When such a group is made in
   * the same program, let it in under a name of its own before its clients: else its rules have the first client's name, and
   * are replaced when that client goes.
   *
   * @param client name of the client, unique for this database: up to 64 letters, digits, hyphens, dots and underscores
   * @param source the client's security group, or a range of addresses such as `{ cidrIpv4: "10.1.0.0/16" }`
   * @throws ArgumentError when the client has the proxy's or the database's group, or when there cannot be such a rule
   * @returns the rules, for what has to wait until they are in force
   */
  allowFrom(client: string, source: pulumi.Input<string> | Source): pulumi.Resource[] {
    return this.access.allowFrom(client, source);
  }

  /**
   * Gives a client's role what logging in takes: to read the user's secret, or with IAM to connect as that user.
   *
   * @param client name of the client, unique for this database
   * @param user database user, one of `users` or the master user
   * @returns the policy, for what has to wait until it is in force
   */
  grantConnect(client: string, roleName: pulumi.Input<string>, user?: string): pulumi.Resource {
    return this.access.grantConnect(client, roleName, user);
  }

  /**
   * The database of another stack, which exports its `attributes`. What lets clients in is created in this stack.
   *
   * @param stack name of that stack, such as `acme/orders/prod`
   * @param output name of its output
   * @throws Error when the stack has no such output
   */
  static fromStack(
    name: string,
    stack: string,
    output = "database",
    opts?: pulumi.ComponentResourceOptions,
  ): Promise<ImportedDatabase> {
    return ImportedDatabase.fromStack(name, stack, output, opts);
  }

  /** The same from plain values, however they came here. */
  static fromAttributes(
    name: string,
    attributes: ProxyAttributes,
    opts?: pulumi.ComponentResourceOptions,
  ): ImportedDatabase {
    return new ImportedDatabase(name, attributes, opts);
  }
}

/** Creates the database itself, or takes the one there is. */
function createServer(scope: Scope, { database }: ProxiedDatabaseSettings, context: DatabaseContext): DatabaseServer {
  if (database.kind === "existing") return existingDatabase(database);
  return database.kind === "cluster"
    ? createCluster(scope, database, context)
    : createInstance(scope, database, context);
}

import * as pulumi from "@pulumi/pulumi";
import { Access } from "./access/access";
import {
  type ClientAccess,
  type ConnectableDatabase,
  type DatabaseEnvironmentOutputs,
  environmentOf,
  type ProxyAttributes,
} from "./access/attributes";
import { normalize, type ProxiedDatabaseArgs, type ProxiedDatabaseSettings } from "./arguments";
import { checkUnique } from "./base/names";
import { Scope } from "./base/scope";
import { createBastion } from "./bastion";
import type { DatabaseSettings } from "./database/arguments";
import { createCluster } from "./database/cluster";
import { existingDatabase } from "./database/existing";
import { createInstance } from "./database/instance";
import { type DatabaseContext, type DatabaseServer, identifierOf } from "./database/server";
import { ImportedDatabase } from "./importedDatabase";
import { createWayToSecretsManager } from "./login/secretsManager";
import { createUsers, masterUser } from "./login/users";
import { contentsOf } from "./manage/contents";
import { createManager } from "./manage/manager";
import { createRotation } from "./manage/rotation";
import { createNetwork, type Network } from "./network/network";
import { createDatabaseGroups, type DatabaseWay, type Source } from "./network/securityGroups";
import { attributesOf, type DatabaseNodes } from "./outputs";
import { createAlarms } from "./proxy/alarms";
import { createEndpoints, readOnly } from "./proxy/endpoints";
import { createProxy, createTarget, targetHealthCommand } from "./proxy/proxy";
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
 * A {@link ProxyClientFunction} is let in by itself. Let anything else in with {@link allowFrom} and {@link grantConnect}.
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
  /** Host names of all endpoints beside the proxy's own, by their names: `proxy.endpoints`, and `read-only`. */
  readonly endpoints: Record<string, pulumi.Output<string>>;
  /** Host name of the database itself. Clients other than the bastion cannot reach it. */
  readonly databaseEndpoint: pulumi.Output<string>;
  /** ARN of the secret with the master user's credentials. */
  readonly secretArn: pulumi.Output<string>;
  /** Name of the proxy. */
  readonly proxyName: pulumi.Output<string>;
  /** ARN of the proxy. */
  readonly proxyArn: pulumi.Output<string>;
  /** Identifier of the RDS instance or the Aurora cluster. */
  readonly databaseIdentifier: pulumi.Output<string>;
  /** Command that says whether the proxy reaches the database, and why it does not. */
  readonly targetHealthCommand: pulumi.Output<string>;
  /** The most important resources, for what the component has neither an argument nor an output for. */
  readonly nodes: DatabaseNodes;
  /** Id of the bastion's EC2 instance, when there is a bastion. */
  readonly bastionId: pulumi.Output<string> | undefined;
  /** Command that forwards port 3306 of your machine to the database through the bastion, when there is one. */
  readonly bastionCommand: pulumi.Output<string> | undefined;

  private readonly access: Access;

  /** @throws ArgumentError when an argument cannot work, before anything is created */
  constructor(name: string, args: ProxiedDatabaseArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const settings = normalize(name, args);
    checkUnique(settings.check, "ProxiedDatabase", name, opts);
    const contents = contentsOf(settings);
    super("lambda-rds-proxy:index:ProxiedDatabase", name, contents, opts);
    const { auth, database, proxy: proxySettings } = settings;
    const scope = new Scope(name, this, settings.tags, settings.overrides, settings.permissionsBoundary);
    for (const warning of warnings(settings)) scope.warn(warning);

    const isManaged = settings.migrations.length > 0 || Object.keys(contents).length > 0;
    // The proxy does not let the master user in there.
    const isPastProxy = isManaged && auth === "iam-end-to-end";
    const rotates = settings.users.some(({ rotationDays }) => rotationDays !== undefined);
    const readsSecrets = auth === "password" || isPastProxy || rotates;
    const network = createNetwork(scope, settings.check, settings.vpc, readsSecrets);
    const groups = createDatabaseGroups(scope, wayOf(network, settings));
    const master = masterUser(scope, settings.username, settings.credentials, database.kind === "existing");
    const server = createServer(scope, database, {
      network,
      master,
      securityGroupId: groups.database,
      databaseName: settings.databaseName,
      durability: settings.durability,
      iamAuthentication: auth === "iam-end-to-end",
      ipv6: proxySettings.targetNetworkType === "IPV6",
    });
    const { users, masterSecretArn, initialValues, values, completeManaged } = createUsers(scope, settings.users, {
      server,
      master,
      auth,
      recoveryWindowInDays: settings.durability.secretRecoveryWindowInDays,
    });

    const role = createProxyRole(scope, {
      givenArn: proxySettings.roleArn,
      auth,
      users,
      server,
      kmsKeyArn: master.kmsKeyArn,
    });
    const proxy = createProxy(scope, proxySettings, {
      network,
      securityGroupId: groups.proxy,
      roleArn: role.arn,
      auth,
      users,
      dependsOn: proxyDependencies(scope, auth, server, [...role.policy, ...initialValues]),
    });
    const secretsManager = createWayToSecretsManager(scope, network, groups.proxy, {
      readsSecrets: isPastProxy || users.some((user) => user.auth === "password"),
      rotates,
      egress: settings.egress,
    });
    const target = createTarget(scope, proxy, server, proxySettings, [
      ...values,
      ...role.policy,
      ...groups.rules,
      ...(secretsManager?.ready ?? []),
    ]);
    const endpoints = createEndpoints(scope, proxySettings, {
      proxy,
      network,
      securityGroupId: groups.proxy,
      target,
      readers: server.readers,
    });
    const bastion = settings.bastion ? createBastion(scope, network, server, groups.database) : undefined;
    if (settings.alarms !== undefined) createAlarms(scope, settings.alarms, proxySettings, proxy);

    const targets = [target, ...Object.values(endpoints)];
    this.ready = targets;
    this.vpcId = pulumi.output(network.vpcId);
    this.subnetIds = pulumi.output(network.subnetIds);
    this.proxyEndpoint = proxy.endpoint;
    this.endpoints = Object.fromEntries(Object.entries(endpoints).map(([key, { endpoint }]) => [key, endpoint]));
    this.readOnlyEndpoint = this.endpoints[readOnly];
    this.databaseEndpoint = server.address;
    this.secretArn = masterSecretArn;
    this.proxyName = proxy.name;
    this.proxyArn = proxy.arn;
    this.databaseIdentifier = identifierOf(server);
    this.targetHealthCommand = targetHealthCommand(scope, proxy.name);
    this.nodes = {
      proxy,
      target,
      proxyRole: role.role,
      instance: server.instance,
      cluster: server.cluster,
      proxySecurityGroup: groups.created.proxy,
      databaseSecurityGroup: groups.created.database,
    };
    this.bastionId = bastion?.instanceId;
    this.bastionCommand = bastion?.command;
    this.attributes = attributesOf(settings, {
      network,
      groups,
      server,
      users,
      proxy,
      readOnlyEndpoint: this.readOnlyEndpoint,
      secretsManagerGroupId: secretsManager?.groupId,
    });
    this.access = new Access(scope, this.attributes, settings.check);
    if (isManaged) {
      const { managed, endOldPasswords } = createManager(scope.below("manager"), ownerOf(name), {
        database: this,
        server,
        users,
        migrations: settings.migrations,
        contents,
        masterUser: master.username,
        masterSecretArn: isPastProxy ? masterSecretArn : undefined,
        dependsOn: isPastProxy ? [...server.ready, ...values, ...(secretsManager?.ready ?? [])] : targets,
        isExisting: database.kind === "existing",
        clientPasswordAuthType: proxySettings.clientPasswordAuthType,
        egress: settings.egress,
        logKmsKeyArn: proxySettings.logKmsKeyArn,
      });
      const complete = completeManaged(managed);
      this.ready = [...targets, managed, ...complete, ...endOldPasswords(complete)];
      createRotation(scope.below("rotation"), {
        database: this,
        server,
        users,
        masterUser: master.username,
        dependsOn: this.ready,
        egress: settings.egress,
        logKmsKeyArn: proxySettings.logKmsKeyArn,
      });
    }
    scope.checkOverrides();
    this.registerOutputs({
      proxyEndpoint: this.proxyEndpoint,
      databaseEndpoint: this.databaseEndpoint,
      secretArn: this.secretArn,
      proxyName: this.proxyName,
      proxyArn: this.proxyArn,
      databaseIdentifier: this.databaseIdentifier,
      targetHealthCommand: this.targetHealthCommand,
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
   * to let it out: this component does not touch it. Clients that share a group share its rules. A group that is made in the
   * same program should be let in under a name of its own, before its clients. Otherwise its rules have the first client's
   * name, and are replaced when that client goes.
   *
   * @param client name of the client, unique for this database: up to 64 letters, digits, hyphens, dots and underscores
   * @param source the client's security group, or a range of addresses such as `{ cidrIpv4: "10.1.0.0/16" }`
   * @throws ArgumentError when the client has the proxy's or the database's group, or when there cannot be such a rule
   * @returns the rules, for resources that have to wait until the client is let in
   */
  allowFrom(client: string, source: pulumi.Input<string> | Source): pulumi.Resource[] {
    return this.access.allowFrom(client, source);
  }

  /**
   * Allows a client's role to log in: to read the user's secret, or with IAM to connect as that user.
   *
   * @param client name of the client, unique for this database
   * @param user database user, one of `users` or the master user
   * @returns the policy, for resources that have to wait until the client may log in
   */
  grantConnect(client: string, roleName: pulumi.Input<string>, user?: string): pulumi.Resource {
    return this.access.grantConnect(client, roleName, user);
  }

  /**
   * Lets a client reach the proxy and log in: {@link allowFrom} and {@link grantConnect} in one.
   *
   * @param client name of the client, unique for this database: up to 64 letters, digits, hyphens, dots and underscores
   * @returns all rules and policies, for resources that have to wait until the client can connect
   */
  grantAccess(client: string, given: ClientAccess): pulumi.Resource[] {
    return this.access.grantAccess(client, given);
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

  /** The database of another stack, from the plain values of its `attributes`. */
  static fromAttributes(
    name: string,
    attributes: ProxyAttributes,
    opts?: pulumi.ComponentResourceOptions,
  ): ImportedDatabase {
    return new ImportedDatabase(name, attributes, opts);
  }
}

/** Creates the database itself, or takes the one that exists. */
function createServer(scope: Scope, database: DatabaseSettings, context: DatabaseContext): DatabaseServer {
  if (database.kind === "existing") return existingDatabase(database);
  return database.kind === "cluster"
    ? createCluster(scope, database, context)
    : createInstance(scope, database, context);
}

/** Who has made what the database has of this component: no two components of a backend have the same. */
function ownerOf(name: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}

function wayOf({ vpcId }: Network, { database, proxy, egress }: ProxiedDatabaseSettings): DatabaseWay {
  return {
    vpcId,
    egress,
    port: database.port,
    existingGroupId: database.kind === "existing" ? database.securityGroupId : undefined,
    ipv6: proxy.targetNetworkType === "IPV6",
  };
}

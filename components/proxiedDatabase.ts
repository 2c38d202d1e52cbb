import * as pulumi from "@pulumi/pulumi";
import type { DatabaseEnvironment } from "../handler/environment";
import * as aws from "@pulumi/aws";
import { createBastion } from "./bastion";
import { createSecret, masterPassword, readStatement, writeSecret, type CredentialsSecret } from "./credentials";
import { createInstance } from "./instance";
import { createNetwork, createSecretsManagerEndpoint } from "./network";
import { policyDocument } from "./policy";
import { normalize, type ProxiedDatabaseArgs } from "./proxiedDatabaseArgs";
import { createProxy, createTarget } from "./proxy";
import { Scope } from "./scope";
import { allowAllOutbound, allowInbound, createGroup, mysqlPort } from "./securityGroups";

const httpsPort = 443;

/** Outputs with the values of the variables that a callback finds in its environment. */
export type DatabaseEnvironmentOutputs = { [K in keyof DatabaseEnvironment]: pulumi.Input<string> };

/**
 * A MySQL database on Amazon RDS behind Amazon RDS Proxy, with the network, security groups, secret and role they need.
 *
 * ```ts
 * const database = new ProxiedDatabase("sample");
 * const reader = new ProxyClientFunction("read", { database, callbackFactory: () => require("./handler").readSampleRows });
 * ```
 *
 * Functions are let in with {@link ProxyClientFunction}; anything else with {@link allowFrom} and {@link grantConnect}.
 */
export class ProxiedDatabase extends pulumi.ComponentResource {
  /** Id of the VPC that everything is in. */
  readonly vpcId: pulumi.Output<string>;
  /** Subnets for functions: those of the database and the proxy. */
  readonly subnetIds: pulumi.Output<string[]>;
  /** Host name of the proxy: what clients connect to, on port 3306. */
  readonly proxyEndpoint: pulumi.Output<string>;
  /** Host name of the database itself. Clients other than the bastion cannot reach it. */
  readonly databaseEndpoint: pulumi.Output<string>;
  /** Never the same for two databases: changes when the database is replaced. */
  readonly databaseResourceId: pulumi.Output<string>;
  /** ARN of the secret with the database's credentials. */
  readonly secretArn: pulumi.Output<string>;
  /** Id of the bastion's EC2 instance, when there is a bastion. */
  readonly bastionId: pulumi.Output<string> | undefined;
  /** What a client of the proxy has to wait for: the registered target. */
  readonly ready: pulumi.Resource[];
  /** The environment that the callbacks in `handler/` read. */
  readonly environment: DatabaseEnvironmentOutputs;

  private readonly scope: Scope;
  private readonly secret: CredentialsSecret;
  private readonly proxyGroupId: pulumi.Output<string>;
  private readonly endpointGroupId: pulumi.Output<string> | undefined;

  /** @throws ArgumentError when an argument cannot work, before anything is created */
  constructor(name: string, args: ProxiedDatabaseArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const settings = normalize(name, args);
    super("lambda-rds-proxy:index:ProxiedDatabase", name, {}, opts);
    const scope = new Scope(name, this, settings.tags);

    const network = createNetwork(scope, settings.vpc);

    const databaseGroup = createGroup(scope, "database", network.vpcId, `Database of ${name}: reached from its proxy`);
    const proxyGroup = createGroup(scope, "proxy", network.vpcId, `RDS Proxy of ${name}: reached from its clients`);
    const wayToDatabase = [
      allowAllOutbound(scope, "proxy-to-anywhere", proxyGroup.id),
      allowInbound(scope, "proxy-to-database", {
        from: proxyGroup.id,
        to: databaseGroup.id,
        port: mysqlPort,
        description: "MySQL from RDS Proxy",
      }),
      allowAllOutbound(scope, "database-to-anywhere", databaseGroup.id),
    ];

    const password = masterPassword(scope, settings.password);
    const secret = createSecret(scope, settings.durability.secretRecoveryWindowInDays);
    const server = createInstance(scope, network, databaseGroup.id, settings.instance, password);
    const secretValue = writeSecret(scope, secret, server, settings.instance.username, password);

    const proxy = createProxy(scope, network, proxyGroup.id, secret, settings.proxy);
    const target = createTarget(scope, proxy, server, settings.proxy, [secretValue, ...wayToDatabase]);
    this.ready = [target];

    if (network.needsSecretsManagerEndpoint) {
      const group = createGroup(scope, "secretsmanager", network.vpcId, `Secrets Manager for the functions of ${name}`);
      this.endpointGroupId = group.id;
      this.ready.push(createSecretsManagerEndpoint(scope, network, group.id));
    }
    if (settings.bastion) {
      const bastion = createBastion(scope, network);
      allowInbound(scope, "bastion-to-database", {
        from: bastion.securityGroupId,
        to: databaseGroup.id,
        port: mysqlPort,
        description: "MySQL from the bastion",
      });
      this.bastionId = bastion.instanceId;
    }

    this.scope = scope;
    this.secret = secret;
    this.proxyGroupId = proxyGroup.id;
    this.vpcId = pulumi.output(network.vpcId);
    this.subnetIds = pulumi.output(network.subnetIds);
    this.proxyEndpoint = proxy.endpoint;
    this.databaseEndpoint = server.address;
    this.databaseResourceId = server.resourceId;
    this.secretArn = secret.arn;
    this.environment = {
      DB_ENDPOINT: proxy.endpoint,
      DB_PORT: String(mysqlPort),
      DB_NAME: settings.instance.databaseName,
      DB_USER: settings.instance.username,
      DB_SECRET_ARN: secret.arn,
    };
    this.registerOutputs({
      proxyEndpoint: this.proxyEndpoint,
      databaseEndpoint: this.databaseEndpoint,
      secretArn: this.secretArn,
      bastionId: this.bastionId,
    });
  }

  /**
   * Lets the members of a security group reach the proxy, and Secrets Manager where it has an endpoint here. Their own
   * group has to let them out: this component does not touch it.
   *
   * @param client name of the client, unique for this database
   * @returns the rules, for what has to wait until they are in force
   */
  allowFrom(client: string, securityGroupId: pulumi.Input<string>): pulumi.Resource[] {
    const rules = [
      allowInbound(this.scope, `${client}-to-proxy`, {
        from: securityGroupId,
        to: this.proxyGroupId,
        port: mysqlPort,
        description: `MySQL from ${client}`,
      }),
    ];
    if (this.endpointGroupId !== undefined) {
      rules.push(
        allowInbound(this.scope, `${client}-to-secretsmanager`, {
          from: securityGroupId,
          to: this.endpointGroupId,
          port: httpsPort,
          description: `HTTPS from ${client}`,
        }),
      );
    }
    return rules;
  }

  /**
   * Gives a client's role what logging in takes: to read this database's secret.
   *
   * @param client name of the client, unique for this database
   * @returns the policy, for what has to wait until it is in force
   */
  grantConnect(client: string, roleName: pulumi.Input<string>): pulumi.Resource {
    return this.scope.create(aws.iam.RolePolicy, `${client}-connect`, {
      role: roleName,
      // AWS's own key for Secrets Manager decrypts for everyone who may read the secret, so this takes no kms:Decrypt.
      policy: policyDocument([readStatement(this.secret)]),
    });
  }
}

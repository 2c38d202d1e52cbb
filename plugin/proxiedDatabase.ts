import * as pulumi from "@pulumi/pulumi";
import * as rich from "lambda-rds-proxy";
import { folderOf } from "./migrations";

/** Arguments of ProxiedDatabase. Every one has a default; the component's own documentation has the details. */
export interface ProxiedDatabaseArgs {
  /** Id of an existing VPC to build in. Default: a new VPC. */
  vpcId?: pulumi.Input<string>;
  /** Two or more subnets of the VPC, in at least two availability zones. */
  subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether to create an interface endpoint for Secrets Manager in the existing VPC. Default: false. */
  secretsManagerEndpoint?: boolean;
  /** Whether to create the interface endpoints that the bastion needs in the existing VPC. Default: false. */
  sessionManagerEndpoints?: boolean;
  /** "mysql", "mariadb" or "aurora-mysql". Default: "mysql". */
  engine?: string;
  /** Version of the engine. Default: "8.4" of MySQL, "11.8" of MariaDB, "8.0" of Aurora. */
  engineVersion?: string;
  /** Class of the instances. Default: "db.t4g.micro", with Aurora "db.t4g.medium". */
  instanceClass?: string;
  /** Storage in GiB, for engines other than Aurora. Default: 20. */
  allocatedStorage?: number;
  /** Number of Aurora readers. Default: 0. */
  readers?: number;
  /** Aurora Serverless v2: capacity units at least, 0.5 to 256. Needs maxCapacity. */
  minCapacity?: number;
  /** Aurora Serverless v2: capacity units at most, 1 to 256. Needs minCapacity. */
  maxCapacity?: number;
  /** Parameters for the parameter group, by name. */
  parameters?: Record<string, string>;
  /** Identifier of an RDS instance that exists, to put the proxy in front of. Needs vpcId, subnetIds and the other three. */
  existingInstanceIdentifier?: pulumi.Input<string>;
  /** Identifier of an Aurora cluster that exists. */
  existingClusterIdentifier?: pulumi.Input<string>;
  /** Host name of the database that exists. */
  existingAddress?: pulumi.Input<string>;
  /** Security group of the database that exists. */
  existingSecurityGroupId?: pulumi.Input<string>;
  /** ARN of the secret with user and password of the database that exists. */
  existingSecretArn?: pulumi.Input<string>;
  /** Database (schema) that functions work in. Default: "test". */
  databaseName?: string;
  /** Name of the master user. Default: "admin". */
  username?: string;
  /** Password of the master user. Default: a generated one. */
  password?: pulumi.Input<string>;
  /** Whether RDS makes, keeps and rotates the password. Default: false. */
  passwordManagedByRds?: boolean;
  /** "password", "iam" or "iam-end-to-end". Default: "password". */
  auth?: string;
  /** User that functions log in as. Default: "app", which the deployment makes. */
  defaultUser?: string;
  /** Users that the deployment makes, with what each may do: "read-only", "read-write" or "owner". Default: the user app. */
  users?: Record<string, string>;
  /** SQL that the deployment applies, by the names of files such as 001-orders.sql, each once and in this order. */
  migrations?: Record<string, string>;
  /** Share of the database's connections that the proxy may open, in percent. Default: 100. */
  maxConnectionsPercent?: number;
  /** Seconds that a client waits for a connection. Default: 4. */
  connectionBorrowTimeout?: number;
  /** Seconds after which the proxy ends an idle session. Default: 1800. */
  idleClientTimeout?: number;
  /** Whether the proxy logs every statement, values included. Default: false. */
  debugLogging?: boolean;
  /** Whether the proxy has an endpoint that leads to Aurora's readers. Default: false. */
  readOnlyEndpoint?: boolean;
  /** Whether to create a bastion, reached through Session Manager. Default: false. */
  bastion?: boolean;
  /** ARN of an SNS topic for alarms on the proxy. Default: no alarms. */
  alarmTopicArn?: pulumi.Input<string>;
  /** "disposable" or "durable". Default: "disposable". */
  durability?: string;
  /** "all" or "needed": what proxy and database may send. Default: "all". */
  egress?: string;
  /** Tags for every resource that can carry tags. */
  tags?: Record<string, string>;
}

/** A MySQL database behind Amazon RDS Proxy, with the network, security groups, secret and role they need. */
export class ProxiedDatabase extends pulumi.ComponentResource {
  /** Id of the VPC. */
  readonly vpcId: pulumi.Output<string>;
  /** Subnets for functions. */
  readonly subnetIds: pulumi.Output<string[]>;
  /** Host name of the proxy. */
  readonly proxyEndpoint: pulumi.Output<string>;
  /** Host name of the proxy's endpoint for readers; the same as proxyEndpoint where there is none. */
  readonly readOnlyEndpoint: pulumi.Output<string>;
  /** Name of the proxy. */
  readonly proxyName: pulumi.Output<string>;
  /** ARN of the proxy. */
  readonly proxyArn: pulumi.Output<string>;
  /** Security group of the proxy. */
  readonly proxySecurityGroupId: pulumi.Output<string>;
  /** Security group of the endpoint for Secrets Manager; empty where there is none. */
  readonly secretsManagerSecurityGroupId: pulumi.Output<string>;
  /** Host name of the database itself. */
  readonly databaseEndpoint: pulumi.Output<string>;
  /** Identifier of the instance or cluster. */
  readonly databaseIdentifier: pulumi.Output<string>;
  /** ARN of the master user's secret. */
  readonly secretArn: pulumi.Output<string>;
  /** ARNs of the users' secrets, by user. */
  readonly userSecretArns: pulumi.Output<Record<string, string>>;
  /** Command that says whether the proxy reaches the database, and why it does not. */
  readonly targetHealthCommand: pulumi.Output<string>;

  constructor(name: string, args: ProxiedDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-rds-proxy:index:ProxiedDatabase", name, args, opts);
    const migrations = args.migrations && folderOf(args.migrations);
    const database = new rich.ProxiedDatabase(name, richArgs(args, migrations?.path), { parent: this });
    const { attributes } = database;
    this.vpcId = database.vpcId;
    this.subnetIds = pulumi.output(database.subnetIds);
    // A client that has the address can connect: by then the target is available, and users and tables are there.
    const ready = pulumi.output(database.ready.map(({ urn }) => urn)).apply(migrations?.remove ?? (() => undefined));
    const whenReady = (endpoint: pulumi.Output<string>) => pulumi.all([endpoint, ready]).apply(([known]) => known);
    this.proxyEndpoint = whenReady(database.proxyEndpoint);
    this.readOnlyEndpoint = whenReady(database.readOnlyEndpoint ?? database.proxyEndpoint);
    this.proxyName = database.proxyName;
    this.proxyArn = database.proxyArn;
    this.proxySecurityGroupId = pulumi.output(attributes.proxySecurityGroupId);
    this.secretsManagerSecurityGroupId = pulumi.output(attributes.secretsManagerSecurityGroupId ?? "");
    this.databaseEndpoint = database.databaseEndpoint;
    this.databaseIdentifier = database.databaseIdentifier;
    this.secretArn = database.secretArn;
    const secrets = Object.entries(attributes.users).map(([user, { secretArn }]) => [user, secretArn ?? ""] as const);
    this.userSecretArns = pulumi.output(Object.fromEntries(secrets));
    this.targetHealthCommand = database.targetHealthCommand;
    this.registerOutputs({ proxyEndpoint: this.proxyEndpoint });
  }
}

/** The same arguments as the npm package has them. It checks them: what is wrong is refused there. */
function richArgs(args: ProxiedDatabaseArgs, migrations: string | undefined): rich.ProxiedDatabaseArgs {
  const { users, alarmTopicArn } = args;
  return {
    vpc: given({
      vpcId: args.vpcId,
      subnetIds: args.subnetIds,
      secretsManagerEndpoint: args.secretsManagerEndpoint,
      sessionManagerEndpoints: args.sessionManagerEndpoints,
    }) as rich.ExistingVpc | undefined,
    database: databaseOf(args),
    databaseName: args.databaseName,
    username: args.username,
    credentials: given({ password: args.password, managedByRds: args.passwordManagedByRds }),
    auth: args.auth as rich.AuthMode | undefined,
    defaultUser: args.defaultUser,
    users: users && Object.fromEntries(Object.entries(users).map(([user, grants]) => [user, { grants }])),
    migrations,
    proxy: {
      maxConnectionsPercent: args.maxConnectionsPercent,
      connectionBorrowTimeout: args.connectionBorrowTimeout,
      idleClientTimeout: args.idleClientTimeout,
      debugLogging: args.debugLogging,
      readOnlyEndpoint: args.readOnlyEndpoint,
    },
    bastion: args.bastion,
    alarms: alarmTopicArn === undefined ? undefined : { topicArn: alarmTopicArn },
    durability: args.durability as rich.DurabilityArgs | undefined,
    egress: args.egress as rich.Egress | undefined,
    tags: args.tags,
  } as rich.ProxiedDatabaseArgs;
}

function databaseOf(args: ProxiedDatabaseArgs): rich.DatabaseArgs | undefined {
  const existing = given({
    instanceIdentifier: args.existingInstanceIdentifier,
    clusterIdentifier: args.existingClusterIdentifier,
    address: args.existingAddress,
    securityGroupId: args.existingSecurityGroupId,
    secretArn: args.existingSecretArn,
  });
  return given({
    existing,
    engine: args.engine,
    engineVersion: args.engineVersion,
    instanceClass: args.instanceClass,
    allocatedStorage: args.allocatedStorage,
    readers: args.readers,
    serverless: given({ minCapacity: args.minCapacity, maxCapacity: args.maxCapacity }),
    parameters: args.parameters,
  });
}

/** Undefined when none of the values is given. */
function given(values: Record<string, unknown>): Record<string, unknown> | undefined {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import {
  type DatabaseArgs,
  override,
  type ProxiedDatabase,
  type ProxiedDatabaseArgs,
  type ProxyClientFunctionArgs,
} from "../../components";

/** Part of every id and ARN below that a program gives to a component, which the component has not created itself. */
export const given = "given";

const arn = (service: string, rest: string) => `arn:aws:${service}:ap-northeast-1:123456789012:${rest}`;
const key = arn("kms", "key/given");
const vpc = { vpcId: "vpc-given", subnetIds: ["subnet-given-1", "subnet-given-2"] };
const existing = {
  address: "given.rds.test",
  securityGroupId: "sg-given-database",
  secretArn: arn("secretsmanager", "secret:given"),
};

/** Features of a database, by name. The members of a group exclude each other, so a database has at most one of them. */
const groups: Record<string, ProxiedDatabaseArgs>[] = [
  {
    "MySQL 8.0": { database: { engineVersion: "8.0", extendedSupport: true } },
    "a full version": { database: { engineVersion: "8.4.6", instanceClass: "db.r7g.large" } },
    MariaDB: { database: { engine: "mariadb" } },
    "storage that grows": { database: { allocatedStorage: 100, maxAllocatedStorage: 110 } },
    Aurora: { database: { engine: "aurora-mysql" } },
    "Aurora with readers": { database: { engine: "aurora-mysql", readers: 2, instanceClass: "db.r7g.large" } },
    "Aurora Serverless": { database: { engine: "aurora-mysql", serverless: { minCapacity: 0.5, maxCapacity: 1 } } },
    "Aurora Serverless with a reader": {
      database: { engine: "aurora-mysql", readers: 1, serverless: { minCapacity: 2, maxCapacity: 256 } },
    },
    "an existing instance": {
      database: { existing: { ...existing, instanceIdentifier: "given", resourceId: "db-given" } },
    },
    "an existing cluster": {
      database: { existing: { ...existing, clusterIdentifier: "given", resourceId: "cluster-given", kmsKeyArn: key } },
    },
  },
  { "another port": { database: { port: 65_535 } } },
  { parameters: { database: { parameters: { max_allowed_packet: "67108864" } } } },
  { "a snapshot": { database: { snapshotIdentifier: "given" } } },
  { "a name": { databaseName: "orders" } },
  { "a user name": { username: "root" } },
  {
    "a given password": { credentials: { password: "correct-horse-battery" } },
    "a password that comes from elsewhere": { credentials: { password: pulumi.secret("correct-horse-battery") } },
    "a key": { credentials: { kmsKeyArn: key } },
    "a password managed by RDS": { credentials: { managedByRds: true } },
    "a password managed by RDS with a key": { credentials: { managedByRds: true, kmsKeyArn: pulumi.output(key) } },
  },
  {
    "a further user": { users: { reporting: {} } },
    "a user with a token": { users: { reporting: { auth: "iam" }, billing: { auth: "password" } } },
    "two further users": { users: { reporting: {}, billing: { password: "correct-horse-battery" } } },
  },
  { "only what is needed out": { egress: "needed" } },
  { "a boundary": { permissionsBoundary: arn("iam", "policy/given").replace("ap-northeast-1", "") } },
  {
    "an endpoint": { proxy: { endpoints: { reports: {} } } },
    "endpoints with groups and subnets": {
      proxy: {
        endpoints: {
          reports: { subnetIds: ["subnet-given-1", "subnet-given-2"] },
          exports: { securityGroupIds: ["sg-given-exports"] },
        },
      },
    },
  },
  { "a role of the proxy": { proxy: { roleArn: arn("iam", "role/given").replace("ap-northeast-1", "") } } },
  { "an encrypted log": { proxy: { logKmsKeyArn: key, timeouts: { create: "60m" } } } },
  { measurements: { database: { monitoringInterval: 60, logExports: ["error"], timeouts: { create: "90m" } } } },
  { IAM: { auth: "iam" }, "end-to-end IAM": { auth: "iam-end-to-end" } },
  { "no TLS": { proxy: { requireTls: false } } },
  {
    "debug logging": { proxy: { debugLogging: true } },
    "debug logging that is over": { proxy: { debugLogging: { until: "2026-01-01" } } },
  },
  { "a log that is kept": { proxy: { logRetentionInDays: 3653 } } },
  {
    "the least of everything": {
      proxy: {
        idleClientTimeout: 1,
        maxConnectionsPercent: 1,
        maxIdleConnectionsPercent: 0,
        connectionBorrowTimeout: 0,
      },
    },
    "the most of everything": {
      proxy: {
        idleClientTimeout: 28_800,
        maxConnectionsPercent: 100,
        maxIdleConnectionsPercent: 100,
        connectionBorrowTimeout: 300,
      },
    },
  },
  { "an init query": { proxy: { initQuery: "SET time_zone = '+00:00'" } } },
  { "a pinning filter": { proxy: { sessionPinningFilters: ["EXCLUDE_VARIABLE_SETS"] } } },
  {
    "native passwords": { proxy: { clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD" } },
    "hashed passwords": { proxy: { clientPasswordAuthType: "MYSQL_CACHING_SHA2_PASSWORD" } },
  },
  { "an endpoint for readers": { proxy: { readOnlyEndpoint: true } } },
  { "both kinds of addresses": { proxy: { networkType: "DUAL" } }, IPv6: { proxy: { networkType: "IPV6" } } },
  { "IPv6 to the database": { proxy: { targetNetworkType: "IPV6" } } },
  {
    "an existing VPC": { vpc },
    "an existing VPC with endpoints": { vpc: { ...vpc, secretsManagerEndpoint: true, sessionManagerEndpoints: true } },
    "a subnet for the bastion": { vpc: { ...vpc, bastionSubnetId: "subnet-given-3" } },
  },
  { "a bastion": { bastion: true } },
  {
    alarms: { alarms: { topicArn: arn("sns", "given") } },
    "alarms without a dashboard": { alarms: { topicArn: arn("sns", "given"), dashboard: false, pinnedSessions: 1 } },
  },
  {
    "a durable database": { durability: "durable" },
    "a durable database without a standby": { durability: { like: "durable", multiAz: false, finalSnapshot: false } },
    "a disposable database with a standby": { durability: { like: "disposable", multiAz: true, finalSnapshot: true } },
  },
  { "an override": { overrides: [override(aws.rds.Proxy, {}, { protect: true })] } },
  { tags: { tags: { Team: "data", Cost: pulumi.output("centre") } } },
];

/** One output for all functions, as the id of a resource is: nobody can know that two outputs will have the same value. */
const secondGroup = pulumi.output("sg-given-2");

/** Features of a function, by name. */
const functionFeatures: Record<string, (database: ProxiedDatabase) => Partial<ProxyClientFunctionArgs>> = {
  "another user": ({ attributes }) => ({ user: Object.keys(attributes.users).at(-1) }),
  "the readers": ({ attributes }) => ({ readOnly: attributes.readOnlyEndpoint !== undefined }),
  "a role": () => ({ role: { name: "given-role", arn: arn("iam", "role/given-role") } }),
  "a security group": () => ({ securityGroupIds: ["sg-given-1"] }),
  "two security groups": () => ({ securityGroupIds: ["sg-given-1", secondGroup] }),
  tracing: () => ({ tracing: true }),
  "a dead letter queue": () => ({ deadLetterQueueArn: arn("sqs", "given") }),
  environment: () => ({ environment: { STAGE: "test" } }),
  layers: () => ({ layers: [arn("lambda", "layer:given:1")] }),
  "another architecture": () => ({ architecture: "x86_64" }),
  "reserved concurrency": () => ({ reservedConcurrency: 5 }),
  "the least of everything": () => ({ memorySize: 128, reservedConcurrency: 0, logRetentionInDays: 1 }),
  "the most of everything": () => ({ memorySize: 10_240, timeout: 900, logRetentionInDays: 3653 }),
  tags: () => ({ tags: { Team: "data" } }),
};

/** A program: a database with its features, and functions, each with its own features. */
export interface Combination {
  database: string[];
  functions: string[][];
}

/** Each feature alone. A function's feature comes with a database that has everything the function may ask for. */
export const single: Combination[] = [
  { database: [], functions: [] },
  { database: [], functions: [[]] },
  ...groups.flatMap((group) => Object.keys(group)).map((feature) => ({ database: [feature], functions: [[]] })),
  ...Object.keys(functionFeatures).map((feature) => ({
    database: ["Aurora with readers", "an endpoint for readers", "a further user"],
    functions: [[feature]],
  })),
];

/** Any combination of features. */
export const combination: fc.Arbitrary<Combination> = fc.record({
  database: fc
    .tuple(...groups.map((group) => fc.option(fc.constantFrom(...Object.keys(group)), { nil: undefined, freq: 2 })))
    .map((chosen) => chosen.filter((feature) => feature !== undefined)),
  functions: fc.array(fc.subarray(Object.keys(functionFeatures), { maxLength: 6 }), { maxLength: 3 }),
});

/** The arguments of a database with these features. */
export function databaseArgs(features: string[]): ProxiedDatabaseArgs {
  const all = Object.assign({}, ...groups) as Record<string, ProxiedDatabaseArgs>;
  return possible(features.reduce<ProxiedDatabaseArgs>((args, feature) => merged(args, all[feature] ?? {}), {}));
}

/** The arguments of a function with these features. */
export function functionArgs(features: string[], database: ProxiedDatabase): Partial<ProxyClientFunctionArgs> {
  const args: Partial<ProxyClientFunctionArgs> = Object.assign(
    {},
    ...features.map((feature) => functionFeatures[feature]?.(database)),
  );
  return { timeout: database.attributes.connectionBorrowTimeout + 1, ...args };
}

function merged<T>(one: T, other: T): T {
  const isPlain = (value: unknown) => Object.getPrototypeOf(value ?? 0) === Object.prototype;
  if (!isPlain(one) || !isPlain(other)) return other ?? one;
  const keys = new Set([...Object.keys(one as object), ...Object.keys(other as object)]) as Set<keyof T>;
  return Object.fromEntries([...keys].map((key) => [key, merged(one[key], other[key])])) as T;
}

/** Drops a feature that AWS does not offer together with another, so that every combination is valid. */
function possible({ database = {}, vpc: chosenVpc, proxy = {}, ...args }: ProxiedDatabaseArgs): ProxiedDatabaseArgs {
  const { port } = database as { port?: number };
  const exists = "existing" in database;
  const needsVpc = exists || proxy.networkType !== undefined || proxy.targetNetworkType !== undefined;
  const hasReaders = exists
    ? database.existing.clusterIdentifier !== undefined
    : database.engine === "aurora-mysql" && (database.readers ?? 0) > 0;
  const isEndToEnd = args.auth === "iam-end-to-end";
  const users =
    args.users && isEndToEnd
      ? Object.fromEntries(Object.entries(args.users).map(([name, { password }]) => [name, { password }]))
      : args.users;
  const withTokens = args.auth !== undefined || Object.values(users ?? {}).some(({ auth }) => auth === "iam");
  return {
    ...args,
    database: exists ? { existing: { ...database.existing, port } } : database,
    vpc: chosenVpc ?? (needsVpc ? vpc : undefined),
    credentials: exists ? undefined : args.credentials,
    users: users ?? (args.auth === "iam-end-to-end" ? { lambda: {} } : undefined),
    proxy: {
      ...proxy,
      requireTls: withTokens ? undefined : proxy.requireTls,
      readOnlyEndpoint: hasReaders && proxy.readOnlyEndpoint,
      targetNetworkType: proxy.networkType === "IPV6" ? "IPV6" : proxy.targetNetworkType,
      clientPasswordAuthType:
        excludedAuthType(database) === proxy.clientPasswordAuthType ? undefined : proxy.clientPasswordAuthType,
    },
  };
}

function excludedAuthType(database: DatabaseArgs): string | undefined {
  if ("existing" in database || database.engine === "aurora-mysql") return undefined;
  if (database.engine === "mariadb") return "MYSQL_CACHING_SHA2_PASSWORD";
  return database.engineVersion === "8.0" ? undefined : "MYSQL_NATIVE_PASSWORD";
}

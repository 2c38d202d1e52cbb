import assert from "node:assert/strict";
import {
  ProxiedDatabase,
  type ProxiedDatabaseArgs,
  ProxyClientFunction,
  type ProxyClientFunctionArgs,
} from "../../components";
import { graphOf } from "../../testing";
import { existing, vpc } from "../support/existing";
import { inBrief } from "../support/refusals";

const secretArn = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:orders";
const topicArn = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:alerts.fifo";
const aurora = { engine: "aurora-mysql" } as const;
const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

/** Arguments that are accepted, but are close to ones that are refused. */
const databases: ProxiedDatabaseArgs[] = [
  {},
  { vpc: { ...vpc, bastionSubnetId: "subnet-3", secretsManagerEndpoint: true, sessionManagerEndpoints: false } },
  ...["8.4", "8.4.6", "9.7"].map((engineVersion) => ({ database: { engineVersion } })),
  ...["8.0", "8.0.46"].map((engineVersion) => ({ database: { engineVersion, extendedSupport: true } })),
  { database: { engineVersion: "8.0", snapshotIdentifier: "old" } },
  { database: { ...aurora, engineVersion: "8.4", extendedSupport: true } },
  { database: { instanceClass: "db.t4g.medium", insights: "advanced", monitoringInterval: 60, logExports: ["error"] } },
  { database: { ...aurora, insights: "standard", logExports: ["iam-db-auth-error"], timeouts: { create: "1h30m" } } },
  { database: { blueGreenUpdate: true }, credentials: {} },
  ...["10.11", "11.4.8", "11.8"].map((engineVersion) => ({ database: { engine: "mariadb", engineVersion } as const })),
  { database: { ...aurora, engineVersion: "8.0.mysql_aurora.3.10.1" } },
  ...["db.t4g.micro", "db.m7g.large", "db.r6gd.16xlarge", "db.x2iedn.xlarge", "db.m5.large"].map((instanceClass) => ({
    database: { instanceClass },
  })),
  ...["db.t3.medium", "db.t4g.large", "db.r8g.xlarge"].map((instanceClass) => ({
    database: { ...aurora, instanceClass },
  })),
  { database: { allocatedStorage: 20, maxAllocatedStorage: 22 } },
  { database: { allocatedStorage: 100, maxAllocatedStorage: 110 } },
  { database: { allocatedStorage: 65_536 } },
  { database: { port: 1150 } },
  { database: { port: 65_535 } },
  { database: { ...aurora, serverless: { minCapacity: 0.5, maxCapacity: 1 } } },
  { database: { ...aurora, serverless: { minCapacity: 256, maxCapacity: 256 } } },
  { database: { ...aurora, instanceClass: "db.serverless", serverless: { minCapacity: 1, maxCapacity: 1.5 } } },
  { database: { ...aurora, readers: 15 }, proxy: { readOnlyEndpoint: true } },
  { vpc, database: { existing: { ...existing, secretArn } }, username: "u".repeat(32), databaseName: "my-app 2" },
  { vpc, database: { existing: { ...existing, instanceIdentifier: `o${"-1".repeat(31)}`, engine: "mariadb" } } },
  {
    vpc,
    database: { existing: { ...existing, instanceIdentifier: undefined, clusterIdentifier: "orders", port: 3307 } },
    proxy: { readOnlyEndpoint: true, clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD" },
  },
  { vpc, database: { existing: { ...existing, resourceId: "db-1" } }, auth: "iam-end-to-end", users: { app: {} } },
  { database: { snapshotIdentifier: "old" }, databaseName: "1st" },
  { databaseName: `d${"_".repeat(63)}` },
  { databaseName: "mysql_", username: "Rdsadmin_", users: { ["u".repeat(32)]: {}, admin: {} } },
  { username: "a".repeat(16) },
  ...["8chars!?", `Long-${"z1".repeat(18)}`, "it's-$%&()*+,-.:;<=>?[\\]^_`{|}~"].map((password) => ({
    credentials: { password },
  })),
  { credentials: { password: "admin-but-then-more" } },
  { credentials: { kmsKeyArn: "arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-1" } },
  { credentials: { managedByRds: true }, users: { app: { password: "a-given-password" } } },
  { auth: "iam", proxy: { requireTls: true } },
  { vpc, proxy: { networkType: "DUAL", targetNetworkType: "IPV6", port: 3306 } },
  { vpc, proxy: { networkType: "IPV6", targetNetworkType: "IPV6" } },
  { proxy: { idleClientTimeout: 1, maxConnectionsPercent: 1, maxIdleConnectionsPercent: 0 } },
  { proxy: { idleClientTimeout: 28_800, maxConnectionsPercent: 40, maxIdleConnectionsPercent: 40 } },
  { proxy: { connectionBorrowTimeout: 0 }, alarms: { topicArn } },
  { proxy: { connectionBorrowTimeout: 300 }, alarms: { topicArn, borrowLatencyMs: 299_999 } },
  { alarms: { topicArn, connectionsPercent: 1, pinnedSessions: 1, borrowLatencyMs: 1, dashboard: false } },
  { alarms: { topicArn, connectionsPercent: 99, pinnedSessions: 10_000, borrowLatencyMs: 3999 } },
  {
    database: { engineVersion: "8.0", extendedSupport: true },
    proxy: { clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD" },
  },
  { database: aurora, proxy: { clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD" } },
  { proxy: { debugLogging: { until: tomorrow }, logRetentionInDays: 3653 } },
  { proxy: { sessionPinningFilters: ["EXCLUDE_VARIABLE_SETS"], initQuery: "SET time_zone = '+00:00'" } },
  { durability: { like: "disposable", backupRetentionInDays: 0, secretRecoveryWindowInDays: 7, multiAz: true } },
  {
    durability: {
      like: "durable",
      backupRetentionInDays: 35,
      secretRecoveryWindowInDays: 0,
      deletionProtection: false,
    },
  },
  { database: aurora, durability: { like: "durable", backupRetentionInDays: 1, secretRecoveryWindowInDays: 30 } },
];

const functions: Partial<ProxyClientFunctionArgs>[] = [
  { memorySize: 128, timeout: 5, reservedConcurrency: 0 },
  { memorySize: 10_240, timeout: 900, logRetentionInDays: 1 },
  { callbackFactory: undefined, callback: () => Promise.resolve() },
  { user: "app", architecture: "x86_64" },
  { environment: { DBNAME: "a", AWS_LAMBDA_EXEC_WRAPPER: "/opt/wrap", AWS_REGIONS: "b", Lo9: "c" } },
  { layers: ["1", "2", "3", "4", "5"].map((name) => `arn:aws:lambda:ap-northeast-1:123456789012:layer:${name}:1`) },
  { deadLetterQueueArn: "arn:aws:sqs:ap-northeast-1:123456789012:failed", tracing: true },
  { securityGroupIds: ["sg-1", "sg-2", "sg-3", "sg-4", "sg-5"] },
];

const names = ["a", "a1-b2-c3", "sga", "sg1-db", `n${"-1".repeat(15)}1`];

describe("arguments that are just allowed are accepted:", () => {
  for (const args of databases) {
    it(`ProxiedDatabase with ${inBrief(args)}`, async () => {
      const graph = await graphOf(() => {
        new ProxiedDatabase("sample", args);
        return {};
      });
      // The target depends on all other resources.
      assert.equal(graph.all("aws:rds/proxyTarget:ProxyTarget").length, 1);
    });
  }

  for (const args of functions) {
    it(`ProxyClientFunction with ${inBrief(args)}`, async () => {
      const graph = await graphOf(() => {
        const database = new ProxiedDatabase("sample", { users: { app: {} } });
        const callbackFactory = () => () => Promise.resolve([]);
        new ProxyClientFunction("read", { database, callbackFactory, ...args } as ProxyClientFunctionArgs);
        return {};
      });
      assert.equal(graph.all("aws:lambda/function:Function").length, 1);
    });
  }

  it("a function whose name has capitals", async () => {
    const graph = await graphOf(() => {
      const database = new ProxiedDatabase("sample", { defaultUser: "admin" });
      new ProxyClientFunction("A1-b2-C3", { database, callback: () => Promise.resolve() });
      return {};
    });
    assert.equal(graph.all("aws:lambda/function:Function").length, 1);
  });

  for (const name of names) {
    it(`components that are called ${name}`, async () => {
      const graph = await graphOf(() => {
        const database = new ProxiedDatabase(name, { defaultUser: "admin" });
        new ProxyClientFunction(name, { database, callback: () => Promise.resolve() });
        return {};
      });
      assert.equal(graph.all("aws:lambda/function:Function").length, 1);
    });
  }
});

import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import {
  type AlarmArgs,
  ArgumentError,
  type AsynchronousArgs,
  type BundleArgs,
  type ClusterArgs,
  type DurabilityArgs,
  type ExistingVpc,
  type FunctionUrlArgs,
  type GeneratedCredentials,
  type GrantArgs,
  type InstanceArgs,
  ProxiedDatabase,
  type ProxiedDatabaseArgs,
  type ProxyArgs,
  ProxyClientFunction,
  type ProxyClientFunctionArgs,
  type ProxyEndpointArgs,
  type UserArgs,
} from "../../components";
import { graphOf } from "../../testing";
import { attributes } from "../support/attributes";
import { existing, vpc } from "../support/existing";
import { untyped } from "./refusals/row";

/** A value of each type that JSON has. */
const values = {
  null: null,
  boolean: true,
  number: 7,
  text: "some text",
  list: [{}],
  object: { some: "thing" },
};
type JsonType = keyof typeof values;

/** The types that each argument may have; an argument that is missing here does not compile. */
type Types<A> = Record<A extends unknown ? keyof A : never, JsonType[]>;

const server = {
  engine: ["text"],
  engineVersion: ["text"],
  instanceClass: ["text"],
  port: ["number"],
  parameters: ["object"],
  snapshotIdentifier: ["text"],
  extendedSupport: ["boolean"],
  timeouts: ["object"],
  logExports: ["list"],
  insights: ["text"],
  monitoringInterval: ["number"],
} satisfies Record<string, JsonType[]>;
const instance: Types<InstanceArgs> = {
  ...server,
  allocatedStorage: ["number"],
  maxAllocatedStorage: ["number"],
  blueGreenUpdate: ["boolean"],
};
const timeouts: Types<Omit<pulumi.CustomTimeouts, "read">> = { create: ["text"], update: ["text"], delete: ["text"] };
const cluster: Types<ClusterArgs> = { ...server, serverless: ["object"], readers: ["number"] };
const serverless: Types<Required<ClusterArgs>["serverless"] & object> = {
  minCapacity: ["number"],
  maxCapacity: ["number"],
};
const existingServer: Types<typeof existing & { clusterIdentifier: string; kmsKeyArn: string; resourceId: string }> = {
  instanceIdentifier: ["text"],
  clusterIdentifier: ["text"],
  address: ["text"],
  securityGroupId: ["text"],
  secretArn: ["text"],
  kmsKeyArn: ["text"],
  resourceId: ["text"],
};
const existingVpc: Types<ExistingVpc> = {
  vpcId: ["text"],
  subnetIds: ["list"],
  bastionSubnetId: ["text"],
  secretsManagerEndpoint: ["boolean"],
  sessionManagerEndpoints: ["boolean"],
};
const credentials: Types<GeneratedCredentials> = { managedByRds: ["boolean"], password: ["text"], kmsKeyArn: ["text"] };
const user: Types<UserArgs> = {
  auth: ["text"],
  password: ["text"],
  grants: ["text", "list"],
  keep: ["boolean"],
  adopt: ["boolean"],
  rotation: ["number"],
};
const grant: Types<GrantArgs> = {
  privileges: ["text", "list"],
  on: ["text", "object"],
  columns: ["list"],
  withGrantOption: ["boolean"],
};
const proxy: Types<ProxyArgs> = {
  requireTls: ["boolean"],
  debugLogging: ["boolean", "object"],
  logRetentionInDays: ["number"],
  idleClientTimeout: ["number"],
  maxConnectionsPercent: ["number"],
  maxIdleConnectionsPercent: ["number"],
  connectionBorrowTimeout: ["number"],
  sessionPinningFilters: ["list"],
  initQuery: ["text"],
  clientPasswordAuthType: ["text"],
  readOnlyEndpoint: ["boolean"],
  networkType: ["text"],
  targetNetworkType: ["text"],
  endpoints: ["object"],
  roleArn: ["text"],
  logKmsKeyArn: ["text"],
  timeouts: ["object"],
  port: ["number"],
};
const endpoint: Types<ProxyEndpointArgs> = { targetRole: ["text"], subnetIds: ["list"], securityGroupIds: ["list"] };
const alarms: Types<AlarmArgs> = {
  topicArn: ["text"],
  connectionsPercent: ["number"],
  pinnedSessions: ["number"],
  borrowLatencyMs: ["number"],
  dashboard: ["boolean"],
};
const durability: Types<Exclude<DurabilityArgs, string>> = {
  like: ["text"],
  protect: ["boolean"],
  deletionProtection: ["boolean"],
  finalSnapshot: ["boolean"],
  backupRetentionInDays: ["number"],
  secretRecoveryWindowInDays: ["number"],
  multiAz: ["boolean"],
  applyImmediately: ["boolean"],
};
const database: Types<ProxiedDatabaseArgs> = {
  vpc: ["object"],
  database: ["object"],
  databaseName: ["text"],
  username: ["text"],
  credentials: ["object"],
  users: ["object"],
  defaultUser: ["text"],
  migrations: ["text", "object"],
  auth: ["text"],
  proxy: ["object"],
  bastion: ["boolean"],
  alarms: ["object"],
  durability: ["text", "object"],
  egress: ["text"],
  permissionsBoundary: ["text"],
  overrides: ["list"],
  tags: ["object"],
};
const lambda: Types<ProxyClientFunctionArgs> = {
  database: ["object"],
  callbackFactory: [],
  callback: [],
  code: ["object"],
  user: ["text"],
  readOnly: ["boolean"],
  memorySize: ["number"],
  timeout: ["number"],
  environment: ["object"],
  layers: ["list"],
  architecture: ["text"],
  reservedConcurrency: ["number"],
  bundle: ["object"],
  provisionedConcurrency: ["number"],
  ephemeralStorage: ["number"],
  asynchronous: ["object"],
  url: ["object"],
  tracing: ["boolean"],
  logRetentionInDays: ["number"],
  egress: ["text"],
  permissionsBoundary: ["text"],
  logKmsKeyArn: ["text"],
  deadLetterQueueArn: ["text"],
  role: ["object"],
  securityGroupIds: ["list"],
  overrides: ["list"],
  tags: ["object"],
};
const role: Types<Required<ProxyClientFunctionArgs>["role"] & object> = { name: ["text"], arn: ["text"] };

/** Objects of a function's arguments, with arguments of their own. */
const functionObjects: [path: string, types: Record<string, JsonType[]>][] = [
  [
    "bundle",
    {
      external: ["list"],
      files: ["object"],
      loader: ["object"],
      define: ["object"],
      sourceMap: ["boolean"],
      install: ["list"],
    } satisfies Types<BundleArgs>,
  ],
  [
    "asynchronous",
    { maximumRetryAttempts: ["number"], maximumEventAgeInSeconds: ["number"] } satisfies Types<AsynchronousArgs>,
  ],
  ["url", { authorizationType: ["text"], allowOrigins: ["list"] } satisfies Types<FunctionUrlArgs>],
];

const aurora = { engine: "aurora-mysql" };
const topicArn = "arn:aws:sns:ap-northeast-1:123456789012:alerts";
const queue = "arn:aws:iam::123456789012:role/reader";

/** Where an argument goes, and the arguments that it needs beside it. */
const places: [path: string, types: Record<string, JsonType[]>, around: (argument: object) => object][] = [
  ["", database, (argument) => argument],
  ["database", instance, (argument) => ({ database: argument })],
  ["database", cluster, (argument) => ({ database: { ...aurora, ...argument } })],
  [
    "database.serverless",
    serverless,
    (argument) => ({ database: { ...aurora, serverless: { minCapacity: 1, maxCapacity: 2, ...argument } } }),
  ],
  ["database.existing", existingServer, (argument) => ({ vpc, database: { existing: { ...existing, ...argument } } })],
  ["database.timeouts", timeouts, (argument) => ({ database: { timeouts: argument } })],
  ["vpc", existingVpc, (argument) => ({ vpc: { ...vpc, ...argument } })],
  ["credentials", credentials, (argument) => ({ credentials: argument })],
  ["users.app", user, (argument) => ({ users: { app: argument } })],
  [
    "users.app.grants[0]",
    grant,
    (argument) => ({ users: { app: { grants: [{ privileges: ["SELECT"], ...argument }] } } }),
  ],
  ["proxy", proxy, (argument) => ({ proxy: argument })],
  ["proxy.endpoints.reports", endpoint, (argument) => ({ proxy: { endpoints: { reports: argument } } })],
  ["proxy.timeouts", timeouts, (argument) => ({ proxy: { timeouts: argument } })],
  ["alarms", alarms, (argument) => ({ alarms: { topicArn, ...argument } })],
  ["durability", durability, (argument) => ({ durability: { like: "durable", ...argument } })],
];

/** Lists and records take one type of member only. */
const members: [what: string, args: object][] = [
  ["database.logExports", { database: { logExports: ["slow"] } }],
  ["database.parameters.x", { database: { parameters: { x: 7 } } }],
  ["users.app", { users: { app: null } }],
  ["users.app", { users: { app: "password" } }],
  ["users.app.grants[0]", { users: { app: { grants: [7] } } }],
  ["users.app.grants[0].privileges", { users: { app: { grants: [{ privileges: [7] }] } } }],
  [
    "users.app.grants[0].columns",
    { users: { app: { grants: [{ privileges: ["SELECT"], on: { table: "t" }, columns: [7] }] } } },
  ],
  ["vpc.subnetIds", { vpc: { ...vpc, subnetIds: ["subnet-1", 7] } }],
  ["proxy.sessionPinningFilters", { proxy: { sessionPinningFilters: [7] } }],
  ["proxy.endpoints.reports", { proxy: { endpoints: { reports: null } } }],
  ["proxy.endpoints.reports.securityGroupIds", { proxy: { endpoints: { reports: { securityGroupIds: [7] } } } }],
  ["overrides", { overrides: [{}] }],
  ["tags.Team", { tags: { Team: 7 } }],
];

const functionMembers: [what: string, args: object][] = [
  ["environment.LEVEL", { environment: { LEVEL: 7 } }],
  ["layers", { layers: [7] }],
  ["bundle.external", { bundle: { external: [7] } }],
  ["bundle.files.a", { bundle: { files: { a: 7 } } }],
  ["bundle.loader..sql", { bundle: { loader: { ".sql": 7 } } }],
  ["bundle.define.x", { bundle: { define: { x: 7 } } }],
  ["bundle.install", { bundle: { install: [7] } }],
  ["url.allowOrigins", { url: { allowOrigins: [7] } }],
  ["securityGroupIds", { securityGroupIds: [7] }],
  ["overrides", { overrides: ["x"] }],
  ["tags.Team", { tags: { Team: true } }],
];

/** One sentence that names the argument and says what is allowed. */
function assertSentence(run: () => unknown, argument: string): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof ArgumentError, `${argument}: ${String(error)}`);
    assert.match(error.message, /^(Proxied|ProxyClient)\w+ "sample": [^\n]+, but [^\n]{20,360}[^.]\.$/);
    assert.ok(error.message.includes(argument), `${argument} is in: ${error.message}`);
    assert.doesNotMatch(error.message, /undefined|\[object|NaN/);
    return true;
  });
}

const createDatabase = (args: object) => new ProxiedDatabase("sample", untyped(args));

function createFunction(args: object | undefined): ProxyClientFunction {
  const imported = ProxiedDatabase.fromAttributes(`orders${++imports}`, attributes);
  const callbackFactory = () => () => Promise.resolve([]);
  const all = args && { database: imported, ...(!("callback" in args) && { callbackFactory }), ...args };
  return new ProxyClientFunction("sample", untyped(all as object));
}
let imports = 0;

const wrongTypes = (allowed: JsonType[]) =>
  (Object.keys(values) as JsonType[]).filter((type) => !allowed.includes(type));

describe("a value of a type that JavaScript lets through is refused in one sentence,", () => {
  for (const [path, types, around] of places) {
    for (const [key, allowed] of Object.entries(types)) {
      const argument = path === "" ? key : `${path}.${key}`;
      it(`when ${argument} is ${wrongTypes(allowed).join(", ")}`, () => {
        for (const type of wrongTypes(allowed)) {
          assertSentence(() => createDatabase(around({ [key]: values[type] })), argument);
        }
      });
    }
  }

  for (const [key, allowed] of Object.entries(lambda)) {
    it(`when ${key} of a function is ${wrongTypes(allowed).join(", ")}`, () =>
      graphOf(() => {
        for (const type of wrongTypes(allowed)) {
          assertSentence(() => createFunction({ [key]: values[type] }), key);
        }
        return {};
      }));
  }

  for (const [path, types] of functionObjects) {
    for (const [key, allowed] of Object.entries(types)) {
      it(`when ${path}.${key} of a function is ${wrongTypes(allowed).join(", ")}`, () =>
        graphOf(() => {
          for (const type of wrongTypes(allowed)) {
            assertSentence(() => createFunction({ [path]: { [key]: values[type] } }), `${path}.${key}`);
          }
          return {};
        }));
    }
  }

  for (const [key, allowed] of Object.entries(role)) {
    it(`when role.${key} of a function is ${wrongTypes(allowed).join(", ")}`, () =>
      graphOf(() => {
        for (const type of wrongTypes(allowed)) {
          const given = { name: "reader", arn: queue, [key]: values[type] };
          assertSentence(() => createFunction({ role: given }), `role.${key}`);
        }
        return {};
      }));
  }

  for (const [argument, args] of members) {
    it(`when ${argument} has ${JSON.stringify(args)}`, () => {
      assertSentence(() => createDatabase(args), argument);
    });
  }

  for (const [argument, args] of functionMembers) {
    it(`when ${argument} of a function has ${JSON.stringify(args)}`, () =>
      graphOf(() => {
        assertSentence(() => createFunction(args), argument);
        return {};
      }));
  }

  for (const args of [
    { credentials: "hunter2hunter2" },
    { credentials: ["hunter2hunter2"] },
    { users: "hunter2hunter2" },
    { users: [{ password: "hunter2hunter2" }] },
    { users: { app: "hunter2hunter2" } },
    { overrides: [{ masterPassword: "hunter2hunter2" }] },
  ]) {
    it(`without the value, which may be a password, when the arguments are ${JSON.stringify(args)}`, () => {
      assert.throws(
        () => createDatabase(args),
        ({ message }: Error) => message.includes("a value that is not shown here") && !message.includes("hunter2"),
      );
    });
  }

  it("when there are no arguments, or something else instead of them", () =>
    graphOf(() => {
      for (const args of [null, "text", 7, [], true]) {
        assertSentence(() => createDatabase(args as unknown as object), "args is");
        assertSentence(() => new ProxyClientFunction("sample", untyped(args as unknown as object)), "args is");
      }
      assertSentence(() => createFunction(undefined), "database is missing");
      return {};
    }));
});

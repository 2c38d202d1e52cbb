import * as aws from "@pulumi/aws";
import { override } from "../../../components";
import { type DatabaseRow, untyped } from "./row";

const topicArn = "arn:aws:sns:ap-northeast-1:123456789012:alerts";
const aurora = { engine: "aurora-mysql" } as const;
const keptName = "keeps that name for itself: choose another one";
const userForm = "begin with a letter and have up to 32 letters";
const passwordForm = "8 to 41 printable ASCII characters";

const notShown = "is a value that is not shown here";

const namedUsers = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`user${index}`, {}]));

/** Mistakes in all arguments but those about the database. */
export const settingsRefusals: Record<string, DatabaseRow[]> = {
  names: [
    ...["1st", "_test", "my-app", "a.b", "", "d".repeat(65)].map((databaseName): DatabaseRow => [
      { databaseName },
      `databaseName is "${databaseName}"`,
      "it must begin with a letter and have up to 64 letters, digits and underscores",
    ]),
    ...["mysql", "SYS", "information_schema", "performance_schema", "innodb"].map((databaseName): DatabaseRow => [
      { databaseName },
      `databaseName is "${databaseName}"`,
      "MySQL has a database of that name: choose another one",
    ]),
    [{ database: { snapshotIdentifier: "old" }, databaseName: "a/b" }, 'databaseName is "a/b"', "1 to 64 characters"],
    ...["1st", "a-b", "", "a".repeat(17)].map((username): DatabaseRow => [
      { username },
      `username is "${username}"`,
      "have up to 16 letters, digits and",
    ]),
    ...["rdsadmin", "rdsrepladmin", "RDSProxyAdmin", "current_user"].map((username): DatabaseRow => [
      { username },
      `username is "${username}"`,
      keptName,
    ]),
    [untyped({ username: () => "app" }), "username is a function", "it must begin with a letter"],
    [untyped({ username: 7 }), "username is 7", "it must begin with a letter"],
    [untyped({ user: "app" }), '"user" is not an argument', 'did you mean "users"?'],
  ],
  credentials: [
    ...[
      "short",
      "seven77",
      "x".repeat(21) + "1234567890abcdefghijk",
      "has/slash",
      'has"quote',
      "has@sign1",
      "has space",
    ].map((password): DatabaseRow => [{ credentials: { password } }, `credentials.password ${notShown}`, passwordForm]),
    [{ credentials: { password: "pässword-with-umlaut" } }, `credentials.password ${notShown}`, passwordForm],
    ...["aaaaaaaaaa", "abababab", "password1", "Password123!", "adminadmin", "admin123"].map(
      (password): DatabaseRow => [{ credentials: { password } }, `credentials.password ${notShown}`, "can be guessed"],
    ),
    [
      untyped({ credentials: { managedByRds: true, password: "a-given-password" } }),
      `credentials.password ${notShown}`,
      "leave out one of them",
    ],
    ...["alias/own", "arn:aws:kms:ap-northeast-1:123456789012:alias/own", "0123-4567"].map((kmsKeyArn): DatabaseRow => [
      { credentials: { kmsKeyArn } },
      `credentials.kmsKeyArn is "${kmsKeyArn}"`,
      "give the ARN of the key itself",
    ]),
    [
      untyped({ credentials: { pasword: "s3cret-word" } }),
      '"credentials.pasword" is not an argument',
      'did you mean "credentials.password"?',
    ],
  ],
  users: [
    [{ users: { "a-b": {} } }, 'users is "a-b"', userForm],
    [{ users: { ["u".repeat(33)]: {} } }, `users is "${"u".repeat(33)}"`, userForm],
    [{ users: { rdsproxyadmin: {} } }, 'users is "rdsproxyadmin"', keptName],
    [{ users: namedUsers(61) }, "the number of users is 61", "have room for 59 beside app: let clients share users"],
    [{ users: { admin: {} } }, 'users is "admin"', "the master user's name already"],
    [{ users: { app: { password: "short" } } }, `users.app.password ${notShown}`, passwordForm],
    [{ users: { reporting: { password: "reporting1" } } }, `users.reporting.password ${notShown}`, "can be guessed"],
    [
      untyped({ users: { app: { pasword: "s3cret-word" } } }),
      '"users.app.pasword" is not an argument',
      'did you mean "users.app.password"?',
    ],
  ],
  "the log-in": [
    [untyped({ auth: "token" }), 'auth is "token"', 'one of "password", "iam", "iam-end-to-end"'],
    [{ auth: "iam-end-to-end", defaultUser: "admin" }, 'defaultUser is "admin"', "cannot log in with a token"],
    [{ defaultUser: "nobody" }, 'defaultUser is "nobody"', 'one of "admin"'],
    [{ auth: "iam", proxy: { requireTls: false } }, "proxy.requireTls is false", "users log in with IAM"],
    [
      { auth: "iam-end-to-end", users: { app: {} }, proxy: { requireTls: false } },
      "proxy.requireTls is false",
      "tokens travel over TLS only: leave it out",
    ],
  ],
  "users of their own": [
    [
      { users: { app: { auth: "iam" } }, proxy: { requireTls: false } },
      "proxy.requireTls is false",
      "tokens travel over TLS only",
    ],
    [untyped({ users: { app: { auth: "token" } } }), 'users.app.auth is "token"', 'one of "password", "iam"'],
    [
      { auth: "iam-end-to-end", users: { app: { auth: "iam" } } },
      'users.app.auth is "iam"',
      "holds for all users: leave it out",
    ],
  ],
  "the surroundings": [
    [untyped({ egress: "none" }), 'egress is "none"', 'one of "all", "needed"'],
    [{ permissionsBoundary: "limits" }, 'permissionsBoundary is "limits"', "give the ARN of an IAM policy"],
  ],
  "further endpoints": [
    [
      { proxy: { endpoints: { Reports: {} } } },
      'proxy.endpoints is "Reports"',
      "up to 20 small letters, digits and single hyphens",
    ],
    [{ proxy: { endpoints: { "read-only": {} } } }, 'proxy.endpoints is "read-only"', "beginning with a letter"],
    [
      { proxy: { endpoints: { reports: { targetRole: "READ_ONLY" } } } },
      'proxy.endpoints.reports.targetRole is "READ_ONLY"',
      "an Aurora cluster with database.readers",
    ],
    [
      { proxy: { endpoints: { reports: { subnetIds: ["subnet-1"] } } } },
      'proxy.endpoints.reports.subnetIds is ["subnet-1"]',
      "in at least two availability zones",
    ],
    [
      { proxy: { endpoints: Object.fromEntries(Object.keys(namedUsers(21)).map((name) => [name, {}])) } },
      "the number of proxy.endpoints is 21",
      "AWS allows 20",
    ],
    [{ proxy: { roleArn: "proxy-role" } }, 'proxy.roleArn is "proxy-role"', "the ARN of a role"],
    [{ proxy: { logKmsKeyArn: "alias/logs" } }, 'proxy.logKmsKeyArn is "alias/logs"', "the ARN of the key itself"],
  ],
  "the proxy": [
    [untyped({ proxy: { port: 3307 } }), "proxy.port is 3307", "listens on 3306"],
    [
      { proxy: { readOnlyEndpoint: true } },
      "proxy.readOnlyEndpoint is true",
      "an Aurora cluster with database.readers",
    ],
    [{ database: aurora, proxy: { readOnlyEndpoint: true } }, "proxy.readOnlyEndpoint is true", "there are no readers"],
    [untyped({ proxy: { networkType: "IPV5" } }), 'proxy.networkType is "IPV5"', '"IPV4", "IPV6", "DUAL"'],
    [untyped({ proxy: { targetNetworkType: "DUAL" } }), 'proxy.targetNetworkType is "DUAL"', '"IPV4", "IPV6"'],
    [{ proxy: { networkType: "DUAL" } }, 'proxy.networkType is "DUAL"', "give a vpc with IPv6"],
    [{ proxy: { targetNetworkType: "IPV6" } }, 'proxy.targetNetworkType is "IPV6"', "give a vpc with IPv6"],
    [
      { vpc: { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] }, proxy: { networkType: "IPV6" } },
      'proxy.networkType is "IPV6"',
      'use "DUAL", or set proxy.targetNetworkType to "IPV6"',
    ],
    [
      untyped({ proxy: { sessionPinningFilters: ["EXCLUDE_ALL"] } }),
      'proxy.sessionPinningFilters is "EXCLUDE_ALL"',
      '"EXCLUDE_VARIABLE_SETS"',
    ],
    [{ proxy: { idleClientTimeout: 0 } }, "proxy.idleClientTimeout is 0", "seconds from 1 to 28800"],
    [{ proxy: { idleClientTimeout: 28_801 } }, "proxy.idleClientTimeout is 28801", "seconds from 1 to 28800"],
    [{ proxy: { idleClientTimeout: 0.5 } }, "proxy.idleClientTimeout is 0.5", "a whole number of seconds"],
    [{ proxy: { maxConnectionsPercent: 0 } }, "proxy.maxConnectionsPercent is 0", "percent from 1 to 100"],
    [{ proxy: { maxConnectionsPercent: 101 } }, "proxy.maxConnectionsPercent is 101", "percent from 1 to 100"],
    [{ proxy: { maxConnectionsPercent: NaN } }, "proxy.maxConnectionsPercent is NaN", "percent from 1 to 100"],
    [untyped({ proxy: { maxConnectionsPercent: "90" } }), 'proxy.maxConnectionsPercent is "90"', "a whole number"],
    [{ proxy: { maxIdleConnectionsPercent: -1 } }, "proxy.maxIdleConnectionsPercent is -1", "from 0 to 100"],
    [
      { proxy: { maxConnectionsPercent: 40, maxIdleConnectionsPercent: 41 } },
      "proxy.maxIdleConnectionsPercent is 41",
      "no more than maxConnectionsPercent) from 0 to 40",
    ],
    [{ proxy: { connectionBorrowTimeout: -1 } }, "proxy.connectionBorrowTimeout is -1", "seconds from 0 to 300"],
    [{ proxy: { connectionBorrowTimeout: 301 } }, "proxy.connectionBorrowTimeout is 301", "seconds from 0 to 300"],
    [
      { proxy: { clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD" } },
      'proxy.clientPasswordAuthType is "MYSQL_NATIVE_PASSWORD"',
      "leave it out, or use engineVersion 8.0",
    ],
    [
      { database: { engineVersion: "8.4.6" }, proxy: { clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD" } },
      'proxy.clientPasswordAuthType is "MYSQL_NATIVE_PASSWORD"',
      "MySQL 8.4 and later have native passwords switched off",
    ],
    [
      { database: { engine: "mariadb" }, proxy: { clientPasswordAuthType: "MYSQL_CACHING_SHA2_PASSWORD" } },
      'proxy.clientPasswordAuthType is "MYSQL_CACHING_SHA2_PASSWORD"',
      "MariaDB does not have it",
    ],
    [
      untyped({ proxy: { clientPasswordAuthType: "POSTGRES_MD5" } }),
      'proxy.clientPasswordAuthType is "POSTGRES_MD5"',
      'one of "MYSQL_CACHING_SHA2_PASSWORD", "MYSQL_NATIVE_PASSWORD"',
    ],
    [
      { proxy: { debugLogging: { until: "soon" } } },
      'proxy.debugLogging.until is "soon"',
      'such as "2026-11-25T18:00Z"',
    ],
    [
      { proxy: { logRetentionInDays: 10 } },
      "proxy.logRetentionInDays is 10",
      "CloudWatch Logs offers only 1, 3, 5, 7, 14",
    ],
    [
      untyped({ proxy: { maxConectionsPercent: 5 } }),
      '"proxy.maxConectionsPercent" is not an argument',
      'did you mean "proxy.maxConnectionsPercent"?',
    ],
  ],
  alarms: [
    [untyped({ alarms: {} }), "alarms.topicArn is missing", "give the ARN of an SNS topic"],
    [{ alarms: { topicArn: "alerts" } }, 'alarms.topicArn is "alerts"', "give the ARN of an SNS topic"],
    [{ alarms: { topicArn, connectionsPercent: 0 } }, "alarms.connectionsPercent is 0", "percent from 1 to 99"],
    [{ alarms: { topicArn, connectionsPercent: 100 } }, "alarms.connectionsPercent is 100", "percent from 1 to 99"],
    [{ alarms: { topicArn, pinnedSessions: 0 } }, "alarms.pinnedSessions is 0", "sessions from 1 to 10000"],
    [{ alarms: { topicArn, borrowLatencyMs: 0 } }, "alarms.borrowLatencyMs is 0", "milliseconds from 1 to 300000"],
    [{ alarms: { topicArn, borrowLatencyMs: 4000 } }, "alarms.borrowLatencyMs is 4000", "would never go off"],
    [
      untyped({ alarms: { topicArn, dashbord: true } }),
      '"alarms.dashbord" is not an argument',
      'did you mean "alarms.dashboard"?',
    ],
  ],
  durability: [
    [untyped({ durability: "eternal" }), 'durability is "eternal"', 'one of "disposable", "durable"'],
    [untyped({ durability: { like: "eternal" } }), 'durability.like is "eternal"', 'one of "disposable", "durable"'],
    [
      { durability: { like: "durable", backupRetentionInDays: 36 } },
      "durability.backupRetentionInDays is 36",
      "days from 0 to 35",
    ],
    [
      { database: aurora, durability: { like: "disposable", backupRetentionInDays: 0 } },
      "durability.backupRetentionInDays is 0",
      "days from 1 to 35",
    ],
    ...[6, 31].map((secretRecoveryWindowInDays): DatabaseRow => [
      { durability: { like: "durable", secretRecoveryWindowInDays } },
      `durability.secretRecoveryWindowInDays is ${secretRecoveryWindowInDays}`,
      "days, or 0, from 7 to 30",
    ]),
    [
      { durability: { like: "durable", protect: false } },
      "durability.protect is false",
      "set deletionProtection to false as well",
    ],
    [
      { durability: "durable", overrides: [override(aws.rds.Instance, {}, { protect: false })] },
      "protect in one of overrides is false",
      "use durability with protect and deletionProtection false",
    ],
    [
      {
        database: aurora,
        durability: "durable",
        overrides: [override(aws.rds.Cluster, { port: 3307 }, { protect: false })],
      },
      "protect in one of overrides is false",
      "use durability with protect and deletionProtection false",
    ],
    [
      untyped({ durability: { like: "durable", backups: 7 } }),
      '"durability.backups" is not an argument',
      "durability takes like, protect, deletionProtection, finalSnapshot, backupRetentionInDays, secretRecoveryWindowInDays, multiAz, applyImmediately.",
    ],
  ],
};

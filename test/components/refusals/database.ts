import { existing, vpc } from "../../support/existing";
import { type DatabaseRow, untyped } from "./row";

const aurora = { engine: "aurora-mysql" } as const;

/** Mistakes in the arguments about the database and its place. */
export const databaseRefusals: Record<string, DatabaseRow[]> = {
  vpc: [
    [{ vpc: { ...vpc, subnetIds: [] } }, "vpc.subnetIds is []", "two or more subnets"],
    [{ vpc: { ...vpc, subnetIds: ["subnet-1"] } }, 'vpc.subnetIds is ["subnet-1"]', "in at least two availability"],
    [untyped({ vpc: { vpcId: "vpc-1" } }), "vpc.subnetIds is missing", "two or more subnets"],
    [untyped({ vpc: { ...vpc, subnetIds: "a,b" } }), 'vpc.subnetIds is "a,b"', "two or more subnets"],
    [
      { vpc: { ...vpc, subnetIds: ["subnet-1", "subnet-1"] } },
      'vpc.subnetIds is ["subnet-1", "subnet-1"]',
      "name each of them once",
    ],
    [{ vpc: { ...vpc, vpcId: "main" } }, 'vpc.vpcId is "main"', "the id of a VPC"],
    [untyped({ vpc: { ...vpc, subnets: [] } }), '"vpc.subnets" is not an argument', 'did you mean "vpc.subnetIds"?'],
  ],
  "an instance": [
    [
      untyped({ database: { engine: "postgres" } }),
      'database.engine is "postgres"',
      '"mysql", "mariadb", "aurora-mysql"',
    ],
    [{ database: { engineVersion: "5.7" } }, 'database.engineVersion is "5.7"', "RDS for MySQL 8.0 and 8.4"],
    [
      { database: { engineVersion: "8.0" } },
      'database.engineVersion is "8.0"',
      'use "8.4", or set database.extendedSupport to true',
    ],
    [
      { database: { engine: "mariadb", extendedSupport: true } },
      "database.extendedSupport is true",
      "RDS offers it for MySQL only",
    ],
    [
      { database: { insights: "standard" } },
      'database.insights is "standard"',
      "does not work on db.t4g.micro: use a larger class",
    ],
    [
      { database: { monitoringInterval: 20 } },
      "database.monitoringInterval is 20",
      "every 1, 5, 10, 15, 30, 60 seconds",
    ],
    [
      { database: { logExports: ["instance"] } },
      'one of database.logExports is "instance"',
      '"audit", "error", "general", "slowquery"',
    ],
    [
      { database: { timeouts: { create: "an hour" } } },
      'database.timeouts.create is "an hour"',
      'a length of time such as "90m"',
    ],
    [
      { database: { blueGreenUpdate: true }, durability: { like: "disposable", backupRetentionInDays: 0 } },
      "database.blueGreenUpdate is true",
      "set durability.backupRetentionInDays to 1 or more",
    ],
    [
      { database: { blueGreenUpdate: true }, credentials: { managedByRds: true } },
      "database.blueGreenUpdate is true",
      "credentials.managedByRds",
    ],
    [{ database: { engineVersion: "8.4.x" } }, 'database.engineVersion is "8.4.x"', 'such as "8.4.6"'],
    [untyped({ database: { engineVersion: 8.4 } }), "database.engineVersion is 8.4", 'such as "8.4"'],
    [
      { database: { engine: "mariadb", engineVersion: "10.3" } },
      'database.engineVersion is "10.3"',
      "MariaDB 10.11, 11.4 and 11.8",
    ],
    [{ database: { instanceClass: "t4g.micro" } }, 'database.instanceClass is "t4g.micro"', 'such as "db.t4g.micro"'],
    [{ database: { instanceClass: "db.t2.micro" } }, 'database.instanceClass is "db.t2.micro"', "retired that family"],
    [{ database: { instanceClass: "db.m3.large" } }, 'database.instanceClass is "db.m3.large"', "use a newer one"],
    [{ database: { allocatedStorage: 19 } }, "database.allocatedStorage is 19", "GiB from 20 to 65536"],
    [{ database: { allocatedStorage: 65_537 } }, "database.allocatedStorage is 65537", "GiB from 20 to 65536"],
    [
      { database: { allocatedStorage: 100, maxAllocatedStorage: 109 } },
      "database.maxAllocatedStorage is 109",
      "GiB from 110 to 65536",
    ],
    [
      { database: { parameters: { read_only: "1" } } },
      'database.parameters.read_only is "1"',
      "a database that only reads: leave it out",
    ],
    [{ database: { port: 1149 } }, "database.port is 1149", "from 1150 to 65535"],
    [{ database: { port: 65_536 } }, "database.port is 65536", "from 1150 to 65535"],
    [untyped({ database: { readers: 1 } }), "database.readers is 1", "only Aurora has it"],
    [
      untyped({ database: { serverless: { minCapacity: 1 } } }),
      'database.serverless is {"minCapacity":1}',
      'set engine to "aurora-mysql"',
    ],
    [
      untyped({ database: { storage: 20 } }),
      '"database.storage" is not an argument',
      'did you mean "database.allocatedStorage"?',
    ],
  ],
  "a cluster": [
    [{ database: { ...aurora, engineVersion: "5.7" } }, 'database.engineVersion is "5.7"', "Aurora MySQL version 3"],
    [
      { database: { ...aurora, instanceClass: "db.t4g.micro" } },
      'database.instanceClass is "db.t4g.micro"',
      '"db.t4g.medium" for trials',
    ],
    [
      { database: { ...aurora, instanceClass: "db.serverless" } },
      'database.instanceClass is "db.serverless"',
      "leave it out and give serverless",
    ],
    [
      { database: { ...aurora, instanceClass: "db.r6g.large", serverless: { minCapacity: 1, maxCapacity: 2 } } },
      'database.instanceClass is "db.r6g.large"',
      "leave out one of the two",
    ],
    [
      { database: { ...aurora, serverless: { minCapacity: 0, maxCapacity: 4 } } },
      "database.serverless.minCapacity is 0",
      "0 lets a cluster pause, which never happens with a proxy",
    ],
    [
      { database: { ...aurora, serverless: { minCapacity: 0.7, maxCapacity: 4 } } },
      "database.serverless.minCapacity is 0.7",
      "from 0.5 to 256 in steps of 0.5",
    ],
    [
      { database: { ...aurora, serverless: { minCapacity: 4, maxCapacity: 2 } } },
      "database.serverless.maxCapacity is 2",
      "from 4 to 256",
    ],
    [
      { database: { ...aurora, serverless: { minCapacity: 0.5, maxCapacity: 0.5 } } },
      "database.serverless.maxCapacity is 0.5",
      "from 1 to 256",
    ],
    [
      { database: { ...aurora, serverless: { minCapacity: 0.5, maxCapacity: 257 } } },
      "database.serverless.maxCapacity is 257",
      "from 1 to 256",
    ],
    [
      untyped({ database: { ...aurora, serverless: { minCapacity: 1, maxCapacity: 2, pauseAfter: 300 } } }),
      '"database.serverless.pauseAfter" is not an argument',
      "database.serverless takes minCapacity, maxCapacity.",
    ],
    [{ database: { ...aurora, readers: 16 } }, "database.readers is 16", "from 0 to 15"],
    [untyped({ database: { ...aurora, allocatedStorage: 20 } }), "database.allocatedStorage is 20", "grows by itself"],
    [
      untyped({ database: { ...aurora, writers: 2 } }),
      '"database.writers" is not an argument',
      "database takes existing, engine, allocatedStorage, maxAllocatedStorage, blueGreenUpdate, serverless, engineVersion, instanceClass, extendedSupport, logExports, insights, monitoringInterval, port, parameters, timeouts, snapshotIdentifier, readers.",
    ],
  ],
  "an existing database": [
    [{ database: { existing } }, "vpc is missing", "give the VPC and subnets of that database"],
    [
      { vpc, database: { existing: { ...existing, instanceIdentifier: undefined } } },
      "database.existing.instanceIdentifier is missing",
      "either instanceIdentifier or clusterIdentifier",
    ],
    [
      { vpc, database: { existing: { ...existing, clusterIdentifier: "orders" } } },
      'database.existing.instanceIdentifier is "given together with clusterIdentifier"',
      "a proxy has one target",
    ],
    ...["1st", "or--ders", "orders-", "Orders", "o".repeat(64), "orders.example.com"].map(
      (instanceIdentifier): DatabaseRow => [
        { vpc, database: { existing: { ...existing, instanceIdentifier } } },
        `database.existing.instanceIdentifier is "${instanceIdentifier}"`,
        "up to 63 small letters, digits and single hyphens, the first one a letter",
      ],
    ),
    [
      { vpc, database: { existing: { ...existing, instanceIdentifier: undefined, clusterIdentifier: "a_b" } } },
      'database.existing.clusterIdentifier is "a_b"',
      "single hyphens",
    ],
    [
      { vpc, database: { existing: { ...existing, address: "orders.example.com:3306" } } },
      'database.existing.address is "orders.example.com:3306"',
      "without port",
    ],
    [
      untyped({ vpc, database: { existing: { ...existing, address: undefined } } }),
      "database.existing.address is missing",
      "the host name of the database",
    ],
    [
      { vpc, database: { existing: { ...existing, securityGroupId: "orders" } } },
      'database.existing.securityGroupId is "orders"',
      "the id of a security group",
    ],
    [
      { vpc, database: { existing: { ...existing, secretArn: "orders" } } },
      'database.existing.secretArn is "orders"',
      "give the ARN of the secret",
    ],
    [
      { vpc, database: { existing: { ...existing, kmsKeyArn: "alias/orders" } } },
      'database.existing.kmsKeyArn is "alias/orders"',
      "give the ARN of the key itself",
    ],
    [{ vpc, database: { existing: { ...existing, port: 80 } } }, "database.existing.port is 80", "from 1150 to 65535"],
    [
      untyped({ vpc, database: { existing: { ...existing, engine: "oracle" } } }),
      'database.existing.engine is "oracle"',
      'one of "mysql", "mariadb", "aurora-mysql"',
    ],
    [
      untyped({ vpc, database: { existing: { ...existing, engine: "aurora-mysql" } } }),
      'database.existing.engine is "aurora-mysql"',
      "the proxy's target is the cluster, not one of its instances: give clusterIdentifier",
    ],
    [
      untyped({ vpc, database: { existing: { ...existing, resourceId: "orders" } } }),
      'database.existing.resourceId is "orders"',
      "begins with db- or cluster-",
    ],
    [
      { vpc, database: { existing }, credentials: { managedByRds: true } },
      'credentials is ["managedByRds"]',
      "database.existing has its secret",
    ],
    [
      { vpc, database: { existing }, auth: "iam-end-to-end", users: { app: {} } },
      "database.existing.resourceId is missing",
      'auth "iam-end-to-end"',
    ],
    [
      untyped({ vpc, database: { existing, port: 3306 } }),
      '"database.port" is not an argument',
      "database takes existing.",
    ],
    [
      untyped({ vpc, database: { existing: { ...existing, host: "orders" } } }),
      '"database.existing.host" is not an argument',
      "database.existing takes instanceIdentifier, clusterIdentifier, engine, address, securityGroupId, secretArn, kmsKeyArn, resourceId, port.",
    ],
  ],
};

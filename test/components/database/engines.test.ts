import assert from "node:assert/strict";
import { type DatabaseArgs, ProxiedDatabase, type ProxiedDatabaseArgs } from "../../../components";
import { type Graph, graphOf } from "../../../testing";

const graphWith = (database: DatabaseArgs, more: Omit<ProxiedDatabaseArgs, "database"> = {}) =>
  graphOf(() => {
    new ProxiedDatabase("sample", { database, defaultUser: "admin", ...more });
    return {};
  });

const members = (graph: Graph) => graph.all("aws:rds/clusterInstance:ClusterInstance");

describe("an RDS instance", () => {
  it("may be MariaDB, with MariaDB's version, parameter family, engine in the secret and kind of password", async () => {
    const graph = await graphWith({ engine: "mariadb" });
    const { inputs } = graph.one("aws:rds/instance:Instance");
    assert.deepEqual([inputs.engine, inputs.engineVersion, inputs.instanceClass], ["mariadb", "11.8", "db.t4g.micro"]);
    assert.equal(graph.one("aws:rds/parameterGroup:ParameterGroup").inputs.family, "mariadb11.8");
    const secret = graph.one("aws:secretsmanager/secretVersion:SecretVersion", "sample-credentials").inputs
      .secretString;
    assert.equal(JSON.parse(secret).engine, "mariadb");
    const [auth] = graph.one("aws:rds/proxy:Proxy").inputs.auths;
    assert.equal(auth.clientPasswordAuthType, "MYSQL_NATIVE_PASSWORD");
  });

  it("is upgraded when the program gives the next major version, and gets a parameter group of the new family", async () => {
    const at = async (engineVersion: string) => {
      const graph = await graphWith({ engineVersion, extendedSupport: true });
      const { allowMajorVersionUpgrade } = graph.one("aws:rds/instance:Instance").inputs;
      return [allowMajorVersionUpgrade, graph.one("aws:rds/parameterGroup:ParameterGroup").inputs.family];
    };
    assert.deepEqual(await at("8.0"), [true, "mysql8.0"]);
    assert.deepEqual(await at("8.4"), [true, "mysql8.4"]);
  });

  it("may have a limit up to which its storage grows", async () => {
    const { inputs } = (await graphWith({ allocatedStorage: 100, maxAllocatedStorage: 500 })).one(
      "aws:rds/instance:Instance",
    );
    assert.deepEqual([inputs.allocatedStorage, inputs.maxAllocatedStorage], [100, 500]);
  });

  it("may have parameters, of which dynamic ones take effect at once and others at the next restart", async () => {
    const graph = await graphWith({ parameters: { max_connections: "50", performance_schema: "1" } });
    assert.deepEqual(graph.one("aws:rds/parameterGroup:ParameterGroup").inputs.parameters, [
      { name: "require_secure_transport", value: "1", applyMethod: "immediate" },
      { name: "max_connections", value: "50", applyMethod: "immediate" },
      { name: "performance_schema", value: "1", applyMethod: "pending-reboot" },
    ]);
  });

  it("refuses connections without TLS, unless the parameters or the proxy say otherwise", async () => {
    const secure = async (database: DatabaseArgs, proxy: ProxiedDatabaseArgs["proxy"] = {}) => {
      const graph = await graphWith(database, { proxy });
      const [group] = graph.resources.filter(({ type }) => /:(Cluster)?ParameterGroup$/.test(type));
      return (group?.inputs.parameters as { name: string; value: string }[]).map(({ name, value }) => [name, value]);
    };
    assert.deepEqual(await secure({}), [["require_secure_transport", "1"]]);
    assert.deepEqual(await secure({ engine: "mariadb", engineVersion: "11.4" }), [["require_secure_transport", "1"]]);
    // Where it is the default, setting it would be a change for ever.
    assert.deepEqual(await secure({ engine: "mariadb" }), []);
    assert.deepEqual(await secure({ engineVersion: "9.7" }), []);
    assert.deepEqual(await secure({ engine: "aurora-mysql", engineVersion: "8.4" }), []);
    assert.deepEqual(await secure({ engine: "aurora-mysql" }), [["require_secure_transport", "ON"]]);
    assert.deepEqual(await secure({ parameters: { require_secure_transport: "0" } }), [
      ["require_secure_transport", "0"],
    ]);
    assert.deepEqual(await secure({}, { requireTls: false }), []);
  });

  it("is not enrolled in paid Extended Support unless asked for, which AWS never changes later", async () => {
    const enrolled = async (database: DatabaseArgs) => {
      const graph = await graphWith(database);
      const [server] = [...graph.all("aws:rds/instance:Instance"), ...graph.all("aws:rds/cluster:Cluster")];
      assert.ok(server?.ignoreChanges.includes("engineLifecycleSupport"));
      return server?.inputs.engineLifecycleSupport as string | undefined;
    };
    const support = "open-source-rds-extended-support";
    assert.equal(await enrolled({}), `${support}-disabled`);
    assert.equal(await enrolled({ engine: "aurora-mysql" }), `${support}-disabled`);
    assert.equal(await enrolled({ engine: "mariadb" }), undefined);
    assert.equal(await enrolled({ extendedSupport: true }), support);
  });

  it("stays on the version that it was created with, unless the program names one", async () => {
    const ignored = async (database: DatabaseArgs) => {
      const graph = await graphWith(database);
      const [server] = [...graph.all("aws:rds/instance:Instance"), ...graph.all("aws:rds/cluster:Cluster")];
      const [group] = graph.resources.filter(({ type }) => /:(Cluster)?ParameterGroup$/.test(type));
      return [server?.ignoreChanges.includes("engineVersion"), group?.ignoreChanges];
    };
    const aurora = { engine: "aurora-mysql" } as const;
    assert.deepEqual(await ignored({}), [true, ["family"]]);
    assert.deepEqual(await ignored({ engineVersion: "8.4" }), [false, []]);
    assert.deepEqual(await ignored({ engineVersion: "8.4.6" }), [false, []]);
    assert.deepEqual(await ignored({ ...aurora, engineVersion: "8.0" }), [true, ["family"]]);
    assert.deepEqual(await ignored({ ...aurora, engineVersion: "8.0.mysql_aurora.3.10.1" }), [false, []]);
  });

  it("gets AWS's minor upgrades, unless the program names a full version", async () => {
    const upgrades = async (database: DatabaseArgs) => {
      const graph = await graphWith(database);
      const [server] = [...graph.all("aws:rds/instance:Instance"), ...members(graph)];
      return server?.inputs.autoMinorVersionUpgrade as boolean;
    };
    const aurora = { engine: "aurora-mysql" } as const;
    assert.deepEqual([await upgrades({}), await upgrades({ engineVersion: "8.4.6" })], [true, false]);
    const full = { ...aurora, engineVersion: "8.0.mysql_aurora.3.10.1" };
    assert.deepEqual([await upgrades(aurora), await upgrades(full)], [true, false]);
  });

  it("keeps its old parameter group where that is in use until the maintenance window", async () => {
    const isRetained = async (durability: ProxiedDatabaseArgs["durability"]) =>
      (await graphWith({}, { durability })).one("aws:rds/parameterGroup:ParameterGroup").retainOnDelete;
    assert.equal(await isRetained("durable"), true);
    assert.equal(await isRetained({ like: "durable", applyImmediately: true }), false);
    assert.equal(await isRetained("disposable"), false);
  });

  it("may be changed in a copy that takes its place", async () => {
    const { inputs } = (await graphWith({ blueGreenUpdate: true })).one("aws:rds/instance:Instance");
    assert.deepEqual(inputs.blueGreenUpdate, { enabled: true });
  });

  it("may send logs, insights and measurements, for which it gets a role", async () => {
    const graph = await graphWith({
      instanceClass: "db.r7g.large",
      logExports: ["error", "slowquery"],
      insights: "standard",
      monitoringInterval: 30,
      timeouts: { create: "90m" },
    });
    const instance = graph.one("aws:rds/instance:Instance");
    const { enabledCloudwatchLogsExports, performanceInsightsEnabled, databaseInsightsMode } = instance.inputs;
    assert.deepEqual(
      [enabledCloudwatchLogsExports, performanceInsightsEnabled, databaseInsightsMode],
      [["error", "slowquery"], true, "standard"],
    );
    assert.equal(instance.inputs.performanceInsightsRetentionPeriod, 7);
    assert.equal(instance.inputs.monitoringInterval, 30);
    assert.equal(instance.inputs.monitoringRoleArn, graph.one("aws:iam/role:Role", "sample-monitoring").outputs.arn);
    const policy = graph.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "sample-monitoring");
    assert.ok(graph.waitsFor(instance, policy));
    assert.match(policy.inputs.policyArn, /service-role\/AmazonRDSEnhancedMonitoringRole$/);
  });

  it("keeps the database and the user of the snapshot that it is restored from, and gets the secret's password", async () => {
    const { inputs } = (await graphWith({ snapshotIdentifier: "before-migration" })).one("aws:rds/instance:Instance");
    assert.deepEqual(
      [inputs.snapshotIdentifier, inputs.dbName, inputs.username, inputs.password],
      ["before-migration", undefined, undefined, "generated-password"],
    );
  });

  it("has the storage of the snapshot that it is restored from, unless the program gives more", async () => {
    const storage = async (database: DatabaseArgs) =>
      (await graphWith({ snapshotIdentifier: "before-migration", ...database })).one("aws:rds/instance:Instance").inputs
        .allocatedStorage;
    assert.deepEqual([await storage({}), await storage({ allocatedStorage: 200 })], [undefined, 200]);
  });

  for (const database of [{}, { engine: "aurora-mysql" }] as const) {
    const engine = "engine" in database ? database.engine : "mysql";
    it(`is not replaced when it was restored from an unencrypted snapshot of ${engine}`, async () => {
      const ignored = async (snapshotIdentifier?: string) => {
        const graph = await graphWith({ ...database, snapshotIdentifier });
        const [server] = [...graph.all("aws:rds/instance:Instance"), ...graph.all("aws:rds/cluster:Cluster")];
        return server?.ignoreChanges.includes("storageEncrypted");
      };
      assert.deepEqual([await ignored("before-migration"), await ignored()], [true, false]);
    });
  }

  for (const database of [{}, { engine: "aurora-mysql" }] as const) {
    const engine = "engine" in database ? database.engine : "mysql";
    it(`has IPv6 too where its proxy connects by IPv6: ${engine}`, async () => {
      const networkType = async (proxy: ProxiedDatabaseArgs["proxy"]): Promise<unknown> => {
        const vpc = { vpcId: "vpc-9", subnetIds: ["subnet-1", "subnet-2"] };
        const graph = await graphWith(database, { vpc, proxy });
        const [server] = [...graph.all("aws:rds/instance:Instance"), ...graph.all("aws:rds/cluster:Cluster")];
        return server?.inputs.networkType;
      };
      assert.deepEqual(
        [await networkType({ targetNetworkType: "IPV6" }), await networkType({ networkType: "DUAL" })],
        ["DUAL", undefined],
      );
    });
  }

  it("may listen on another port, while its proxy stays on 3306", async () => {
    const graph = await graphWith({ port: 3310 });
    assert.equal(graph.one("aws:rds/instance:Instance").inputs.port, 3310);
    const rule = graph.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "sample-proxy-to-database");
    assert.deepEqual([rule.inputs.fromPort, rule.inputs.toPort], [3310, 3310]);
    const secret = graph.one("aws:secretsmanager/secretVersion:SecretVersion", "sample-credentials").inputs
      .secretString;
    assert.equal(JSON.parse(secret).port, 3310);
  });

  it("has a standby in another zone when it is durable, unless the program sets multiAz to false", async () => {
    const durable = await graphWith({}, { durability: "durable" });
    assert.equal(durable.one("aws:rds/instance:Instance").inputs.multiAz, true);
    const cheaper = await graphWith({}, { durability: { like: "durable", multiAz: false, backupRetentionInDays: 35 } });
    const { inputs, protect } = cheaper.one("aws:rds/instance:Instance");
    assert.deepEqual(
      [inputs.multiAz, inputs.backupRetentionPeriod, inputs.deletionProtection, protect],
      [false, 35, true, true],
    );
  });

  it("leaves a final snapshot under another name when it is replaced", async () => {
    const keepers = async (databaseName: string) =>
      (await graphWith({}, { durability: "durable", databaseName })).one(
        "random:index/randomId:RandomId",
        "sample-final-snapshot",
      ).inputs.keepers;
    assert.notDeepEqual(await keepers("orders"), await keepers("customers"));
  });
});

describe("a change that RDS could postpone", () => {
  for (const database of [{}, { engine: "aurora-mysql" }] as const) {
    const engine = "engine" in database ? database.engine : "mysql";
    it(`is made at once to a disposable database of ${engine}, and to a durable one if the program says so`, async () => {
      const immediately = async (durability: ProxiedDatabaseArgs["durability"]) => {
        const graph = await graphWith(database, { durability });
        const servers = graph.resources.filter(({ type }) =>
          /^aws:rds\/(instance|cluster|clusterInstance):/.test(type),
        );
        return [...new Set(servers.map(({ inputs }): unknown => inputs.applyImmediately))];
      };
      assert.deepEqual(await immediately("disposable"), [true]);
      assert.deepEqual(await immediately("durable"), [false]);
      assert.deepEqual(await immediately({ like: "durable", applyImmediately: true }), [true]);
    });
  }
});

describe("an Aurora cluster", () => {
  let graph: Graph;
  before(async () => {
    graph = await graphWith({ engine: "aurora-mysql" });
  });

  it("is the newest minor version of version 3, with one writer of a class that Aurora has", () => {
    const { inputs } = graph.one("aws:rds/cluster:Cluster");
    assert.deepEqual(
      [inputs.engine, inputs.engineVersion, inputs.storageEncrypted],
      ["aurora-mysql", "8.0.mysql_aurora.3.10.1", true],
    );
    const [writer, ...readers] = members(graph);
    assert.deepEqual(
      [writer?.name, writer?.inputs.instanceClass, writer?.inputs.publiclyAccessible, readers],
      ["sample-writer", "db.t4g.medium", false, []],
    );
    assert.equal(graph.one("aws:rds/clusterParameterGroup:ClusterParameterGroup").inputs.family, "aurora-mysql8.0");
    assert.deepEqual(graph.all("aws:rds/instance:Instance"), []);
  });

  it("has the prefix where the deployer may not look versions up", async () => {
    const refused = await graphOf(
      () => {
        new ProxiedDatabase("sample", { defaultUser: "admin", database: { engine: "aurora-mysql" } });
        return {};
      },
      {
        calls: {
          "aws:rds/getEngineVersion:getEngineVersion": () => {
            throw new Error("AccessDenied");
          },
        },
      },
    );
    assert.equal(refused.one("aws:rds/cluster:Cluster").inputs.engineVersion, "8.0");
  });

  it("has members of its own version, which are given none", () => {
    for (const { inputs } of members(graph)) assert.equal(inputs.engineVersion, undefined);
  });

  it("is named by the proxy's target and by the secret", () => {
    const { inputs } = graph.one("aws:rds/proxyTarget:ProxyTarget");
    assert.deepEqual(
      [inputs.dbClusterIdentifier, inputs.dbInstanceIdentifier],
      ["sample-database-identifier", undefined],
    );
    const secret = JSON.parse(
      graph.one("aws:secretsmanager/secretVersion:SecretVersion", "sample-credentials").inputs.secretString,
    );
    assert.deepEqual(
      [secret.host, secret.dbClusterIdentifier],
      ["sample-database.cluster.test", "sample-database-identifier"],
    );
  });

  it("lets the target wait for the writer, since a cluster exists before anyone can connect to it", () => {
    const target = graph.one("aws:rds/proxyTarget:ProxyTarget");
    assert.ok(graph.waitsFor(target, graph.one("aws:rds/clusterInstance:ClusterInstance", "sample-writer")));
  });

  it("may be serverless", async () => {
    const serverless = await graphWith({
      engine: "aurora-mysql",
      serverless: { minCapacity: 0.5, maxCapacity: 4 },
      readers: 1,
    });
    assert.deepEqual(serverless.one("aws:rds/cluster:Cluster").inputs.serverlessv2ScalingConfiguration, {
      minCapacity: 0.5,
      maxCapacity: 4,
    });
    assert.deepEqual(
      members(serverless).map(({ inputs }) => inputs.instanceClass),
      ["db.serverless", "db.serverless"],
    );
  });

  it("creates readers after the writer, since Aurora makes the first instance the writer", async () => {
    const withReaders = await graphWith({ engine: "aurora-mysql", readers: 2 });
    const [writer, ...readers] = members(withReaders);
    assert.ok(writer !== undefined);
    assert.deepEqual(
      readers.map(({ name }) => name),
      ["sample-reader-1", "sample-reader-2"],
    );
    for (const reader of readers) assert.ok(withReaders.waitsFor(reader, writer), reader.name);
    const target = withReaders.one("aws:rds/proxyTarget:ProxyTarget");
    // The proxy keeps connections to each member, and a target without readers would be registered half.
    for (const reader of readers) assert.ok(withReaders.waitsFor(target, reader), reader.name);
  });

  it("has a reader when it is durable, and the same protection as an instance", async () => {
    const durable = await graphWith({ engine: "aurora-mysql" }, { durability: "durable" });
    assert.equal(members(durable).length, 2);
    const { inputs, protect } = durable.one("aws:rds/cluster:Cluster");
    assert.deepEqual(
      [protect, inputs.deletionProtection, inputs.skipFinalSnapshot, inputs.finalSnapshotIdentifier],
      [true, true, false, "sample-final-0a1b2c3d"],
    );
  });

  it("may have an endpoint of the proxy for its readers, which waits for them", async () => {
    const withEndpoint = await graphWith({ engine: "aurora-mysql", readers: 1 }, { proxy: { readOnlyEndpoint: true } });
    const endpoint = withEndpoint.one("aws:rds/proxyEndpoint:ProxyEndpoint");
    const { dbProxyName, targetRole, vpcSecurityGroupIds } = endpoint.inputs;
    assert.deepEqual(
      { dbProxyName, targetRole, vpcSecurityGroupIds },
      { dbProxyName: "sample-proxy-0a1b2c3d", targetRole: "READ_ONLY", vpcSecurityGroupIds: ["sample-proxy-id"] },
    );
    assert.ok(withEndpoint.waitsFor(endpoint, withEndpoint.one("aws:rds/proxyTarget:ProxyTarget")));
    for (const member of members(withEndpoint)) assert.ok(withEndpoint.waitsFor(endpoint, member), member.name);
  });
});

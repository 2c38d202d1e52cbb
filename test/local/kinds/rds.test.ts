import assert from "node:assert/strict";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2/promise";
import { auroraMaxConnectionsOf, maxConnectionsOf } from "../../../local/kinds/instanceClass";
import { Stack } from "./stack";

describe("max_connections of an instance class", () => {
  for (const [instanceClass, expected] of [
    ["db.t4g.micro", 85],
    ["db.t3.small", 170],
    ["db.t4g.medium", 341],
    ["db.m7g.large", 682],
    ["db.r6g.large", 1365],
    ["db.r6g.2xlarge", 5461],
  ] as const) {
    it(`is ${expected} for ${instanceClass}, by RDS's formula`, () => {
      assert.equal(maxConnectionsOf(instanceClass), expected);
    });
  }

  // The figures are in AWS's table: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
  for (const [instanceClass, expected] of [
    ["db.t3.medium", 90],
    ["db.r5.large", 1000],
    ["db.r5.xlarge", 2000],
    ["db.r5.4xlarge", 4000],
  ] as const) {
    it(`is about ${expected} for ${instanceClass} on Aurora`, () => {
      const actual = auroraMaxConnectionsOf(instanceClass);
      assert.ok(Math.abs(actual - expected) / expected < 0.25, String(actual));
    });
  }

  it("cannot be computed for an unknown class", () => {
    for (const instanceClass of ["", "t4g.micro", "db.t4g", "db.q1.large", "db.m7g.huge"]) {
      assert.throws(() => maxConnectionsOf(instanceClass), /use a class such as db\.t4g\.micro/, instanceClass);
    }
  });
});

describe("RDS on the stand-in", () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = new Stack();
    await stack.open();
  });
  afterEach(() => stack.close());

  const settings = { engine: "mysql", instanceClass: "db.t4g.micro", username: "admin" };

  /** Connects to a proxy from this machine, as a person with a MySQL client does. */
  async function connect(proxyName: string, options: ConnectionOptions): Promise<Connection> {
    const { port } = stack.account.rds.proxy(proxyName).proxy;
    const ssl = { ca: stack.account.authority.certificate, verifyIdentity: true };
    return createConnection({ host: "localhost", port, ssl, rowsAsArray: true, ...options });
  }

  it("makes and keeps the master password, takes max_connections from the parameter group, and has a proxy that requires TLS", async () => {
    const { dbSubnetGroupName, server, ...network } = await stack.createNetwork();
    const parameterGroup = await stack.create("aws:rds/parameterGroup:ParameterGroup", "parameters", {
      family: "mysql8.4",
      parameters: [{ name: "max_connections", value: "33" }],
    });
    const instance = await stack.create("aws:rds/instance:Instance", "database", {
      ...settings,
      dbName: "test",
      dbSubnetGroupName,
      vpcSecurityGroupIds: [server],
      manageMasterUserPassword: true,
      parameterGroupName: parameterGroup.name,
    });
    assert.match(instance.address ?? "", /^database-[0-9a-f]{7}\.[0-9a-f]{12}\.ap-northeast-1\.rds\.amazonaws\.com$/);
    assert.equal(instance.endpoint, `${instance.address ?? ""}:3306`);
    const [secret] = instance.masterUserSecrets as unknown as { secretArn: string; secretStatus: string }[];
    assert.match(secret?.secretArn ?? "", /:secret:rds!db-/);

    const proxy = await stack.createProxy(network, secret?.secretArn ?? "", { requireTls: true });
    assert.match(proxy.endpoint ?? "", /^proxy-[0-9a-f]{7}\.proxy-[0-9a-f]{12}\.ap-northeast-1\.rds\.amazonaws\.com$/);
    await stack.create("aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup", "targets", {
      dbProxyName: proxy.name,
    });
    const target = await stack.create("aws:rds/proxyTarget:ProxyTarget", "target", {
      dbProxyName: proxy.name,
      targetGroupName: "default",
      dbInstanceIdentifier: instance.identifier,
    });
    assert.equal(target.type, "RDS_INSTANCE");

    const text = stack.account.secretsManager.secrets.get(secret?.secretArn ?? "")?.value ?? "{}";
    const { username: user, password } = JSON.parse(text) as { username: string; password: string };
    const connection = await connect(proxy.name ?? "", { user, password, database: "test" });
    assert.deepEqual((await connection.query("select current_user(), @@max_connections"))[0], [["admin@%", 33]]);
    connection.destroy();
    await assert.rejects(connect(proxy.name ?? "", { user, password: `${password}x` }), { errno: 1045 });
    await assert.rejects(connect(proxy.name ?? "", { user, password, ssl: undefined }), { errno: 3159 });
  });

  it("starts an Aurora cluster's server with the first instance, and makes the cluster a target", async () => {
    const { dbSubnetGroupName, server, ...network } = await stack.createNetwork();
    const cluster = await stack.create("aws:rds/cluster:Cluster", "cluster", {
      engine: "aurora-mysql",
      masterUsername: "admin",
      masterPassword: "password-1",
      databaseName: "test",
      dbSubnetGroupName,
      vpcSecurityGroupIds: [server],
      serverlessv2ScalingConfiguration: { maxCapacity: 4 },
    });
    assert.match(cluster.endpoint ?? "", /^cluster-[0-9a-f]{7}\.cluster-/);
    assert.match(cluster.readerEndpoint ?? "", /^cluster-[0-9a-f]{7}\.cluster-ro-/);
    const secret = await stack.create("aws:secretsmanager/secret:Secret", "secret", {});
    await stack.create("aws:secretsmanager/secretVersion:SecretVersion", "secret", {
      secretId: secret.arn,
      secretString: JSON.stringify({ username: "admin", password: "password-1" }),
    });
    const proxy = await stack.createProxy(network, secret.arn ?? "");
    const target = {
      dbProxyName: proxy.name,
      targetGroupName: "default",
      dbClusterIdentifier: cluster.clusterIdentifier,
    };
    await assert.rejects(
      stack.create("aws:rds/proxyTarget:ProxyTarget", "early", target),
      /There is no database "cluster-/,
    );

    const instance = { clusterIdentifier: cluster.id, instanceClass: "db.serverless", engine: "aurora-mysql" };
    const writer = await stack.create("aws:rds/clusterInstance:ClusterInstance", "writer", instance);
    const reader = await stack.create("aws:rds/clusterInstance:ClusterInstance", "reader", instance);
    assert.deepEqual([writer.writer, reader.writer], [true, false]);
    assert.equal((await stack.create("aws:rds/proxyTarget:ProxyTarget", "target", target)).type, "TRACKED_CLUSTER");

    const connection = await connect(proxy.name ?? "", { user: "admin", password: "password-1" });
    assert.deepEqual((await connection.query("show databases like 'test'"))[0], [["test"]]);
    connection.destroy();
  });

  it("says what is missing in a secret that RDS Proxy cannot use, and does not show the secret", async () => {
    const { dbSubnetGroupName, server, ...network } = await stack.createNetwork();
    const instance = await stack.create("aws:rds/instance:Instance", "database", {
      ...settings,
      password: "password-1",
      dbSubnetGroupName,
      vpcSecurityGroupIds: [server],
    });
    const secret = await stack.create("aws:secretsmanager/secret:Secret", "secret", {});
    await stack.create("aws:secretsmanager/secretVersion:SecretVersion", "secret", {
      secretId: secret.arn,
      secretString: "password-1",
    });
    const proxy = await stack.createProxy(network, secret.arn ?? "");
    const target = { dbProxyName: proxy.name, targetGroupName: "default", dbInstanceIdentifier: instance.identifier };
    await assert.rejects(stack.create("aws:rds/proxyTarget:ProxyTarget", "target", target), (error: Error) => {
      assert.match(
        error.message,
        /UNAVAILABLE, AUTH_FAILURE: .*is not a JSON object with a text "username" and a text "password"/,
      );
      assert.ok(!error.message.includes("password-1"));
      return true;
    });
  });

  it("refuses a snapshot, since the stand-in has none", async () => {
    for (const type of ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"]) {
      await assert.rejects(
        stack.create(type, "x", { ...settings, snapshotIdentifier: "orders-final" }),
        /^Error: The stand-in has no snapshots, so it cannot restore "orders-final": leave snapshotIdentifier out here\.$/,
      );
    }
  });

  it("refuses engines that it has no server for, and a database without a password", async () => {
    const type = "aws:rds/instance:Instance";
    await assert.rejects(
      stack.create(type, "x", { ...settings, engine: "postgres" }),
      /no server for the engine "postgres": use mysql or mariadb/,
    );
    await assert.rejects(
      stack.create(type, "x", settings),
      /has no master password: give it one, or set manageMasterUserPassword/,
    );
  });
});

import assert from "node:assert/strict";
import { type Connection, createConnection } from "mysql2/promise";
import { Stack } from "./stack";

const type = "aws:rds/proxyEndpoint:ProxyEndpoint";

describe("RDS Proxy on the stand-in", () => {
  const stack = new Stack();
  before(() => stack.open());
  after(() => stack.close());

  /** Creates a cluster with that many instances, and a proxy with the cluster as its target. */
  async function createProxiedCluster(instances: number) {
    const { dbSubnetGroupName, server, ...network } = await stack.createNetwork();
    const cluster = await stack.create("aws:rds/cluster:Cluster", "cluster", {
      engine: "aurora-mysql",
      databaseName: "test",
      dbSubnetGroupName,
      vpcSecurityGroupIds: [server],
      masterUsername: "admin",
      manageMasterUserPassword: true,
    });
    const instance = { clusterIdentifier: cluster.id, instanceClass: "db.t4g.medium", engine: "aurora-mysql" };
    for (let number = 1; number <= instances; number++) {
      await stack.create("aws:rds/clusterInstance:ClusterInstance", `instance-${number}`, instance);
    }
    const [secret] = cluster.masterUserSecrets as unknown as { secretArn: string }[];
    const proxy = await stack.createProxy(network, secret?.secretArn ?? "");
    await stack.create("aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup", "targets", {
      dbProxyName: proxy.name,
      connectionPoolConfig: { initQuery: "SET time_zone = '+09:00'" },
    });
    const register = () =>
      stack.create("aws:rds/proxyTarget:ProxyTarget", "target", {
        dbProxyName: proxy.name,
        targetGroupName: "default",
        dbClusterIdentifier: cluster.id,
      });
    const endpoint = {
      dbProxyName: proxy.name,
      dbProxyEndpointName: "readers",
      targetRole: "READ_ONLY",
      vpcSubnetIds: network.subnetIds,
      vpcSecurityGroupIds: [server],
    };
    const text = stack.account.secretsManager.secrets.get(secret?.secretArn ?? "")?.value ?? "{}";
    const { password } = JSON.parse(text) as { password: string };
    return { network, endpoint, proxy, password, register };
  }

  /** Connects to a host by its name, as a member of the security group `client`. */
  async function connect(host: string, client: string, subnetIds: string[], password: string): Promise<Connection> {
    const { network, authority } = stack.account;
    const route = network.route(network.attach(subnetIds, [client]), host, 3306);
    assert.equal(route.outcome, "open", JSON.stringify(route));
    const { port } = (route as { to: { port: number } }).to;
    const ssl = { ca: authority.certificate, verifyIdentity: true, servername: host };
    return createConnection({ host: "localhost", port, ssl, user: "admin", password, rowsAsArray: true });
  }

  it("has an endpoint for readers with a name of its own, which serves the cluster's rows and refuses writes", async () => {
    const { network, endpoint, proxy, password, register } = await createProxiedCluster(2);
    await register();
    const created = await stack.create(type, "readers", endpoint);
    assert.match(
      created.endpoint ?? "",
      /^readers\.endpoint\.proxy-[0-9a-f]{12}\.ap-northeast-1\.rds\.amazonaws\.com$/,
    );
    assert.equal(created.id, `${proxy.name ?? ""}/readers`);

    // The proxy itself is in the group of the clients, so its default endpoint lets nobody in. This endpoint has its own groups.
    const { outcome } = stack.account.network.route(
      stack.account.network.attach(network.subnetIds, [network.client ?? ""]),
      proxy.endpoint ?? "",
      3306,
    );
    assert.equal(outcome, "dropped");
    const connection = await connect(created.endpoint ?? "", network.client ?? "", network.subnetIds, password);
    const [rows] = await connection.query("show databases like 'test'");
    assert.deepEqual(rows, [["test"]]);
    assert.deepEqual((await connection.query("select @@session.time_zone"))[0], [["+09:00"]]);
    await assert.rejects(connection.query("create table test.written (id int)"), { errno: 1792 });
    connection.destroy();
  });

  it("leads an endpoint to the target that was created after it", async () => {
    const { network, endpoint, password, register } = await createProxiedCluster(2);
    const created = await stack.create(type, "writers", {
      ...endpoint,
      dbProxyEndpointName: "writers",
      targetRole: "READ_WRITE",
    });
    await register();
    const connection = await connect(created.endpoint ?? "", network.client ?? "", network.subnetIds, password);
    await connection.query("create table test.written (id int)");
    connection.destroy();
  });

  it("refuses an endpoint for the readers of a cluster that has none", async () => {
    const { endpoint, register } = await createProxiedCluster(1);
    await register();
    await assert.rejects(
      stack.create(type, "nobody", { ...endpoint, dbProxyEndpointName: "nobody" }),
      /The endpoint nobody is READ_ONLY, but the proxy's target has no readers: it has to be an Aurora cluster with two/,
    );
  });

  it("refuses settings of authentication that AWS refuses", async () => {
    const network = await stack.createNetwork();
    const secretArn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:x";
    const auths = (...values: (string | undefined)[]) => values.map((iamAuth) => ({ secretArn, iamAuth }));
    for (const [inputs, message] of [
      [
        { auths: [], defaultAuthScheme: "IAM_AUTH" },
        /databases of the stand-in cannot check IAM tokens.*auth "iam" of/,
      ],
      [{ auths: [] }, /The proxy has no auths: give it a secret for each database user/],
      [
        { auths: auths("REQUIRED", "DISABLED") },
        /iamAuth is REQUIRED in one of the proxy's auths and DISABLED in another, but .* has one value for all users/,
      ],
    ] as const) {
      await assert.rejects(stack.createProxy(network, secretArn, inputs), message);
    }
  });
});

import assert from "node:assert/strict";
import { createConnection } from "mysql2/promise";
import type { Created, Properties } from "../../../local/engine";
import { auroraMaxConnectionsOf } from "../../../local/kinds/instanceClass";
import { Stack } from "./stack";

const instanceType = "aws:rds/instance:Instance";
const clusterType = "aws:rds/cluster:Cluster";
const memberType = "aws:rds/clusterInstance:ClusterInstance";
const parametersType = "aws:rds/parameterGroup:ParameterGroup";
const subnetGroupType = "aws:rds/subnetGroup:SubnetGroup";
const groupType = "aws:ec2/securityGroup:SecurityGroup";

describe("a database of the stand-in that changes", () => {
  let stack: Stack;
  let network: Awaited<ReturnType<Stack["createNetwork"]>>;
  beforeEach(async () => {
    stack = new Stack();
    await stack.open();
    network = await stack.createNetwork();
  });
  afterEach(() => stack.close());

  const route = (host: unknown, port = 3306) => {
    const client = stack.account.network.attach(network.subnetIds, [network.client ?? ""]);
    const found = stack.account.network.route(client, String(host), port);
    stack.account.network.interfaces.release(client);
    return found;
  };

  /** Connects from the clients' group, by the name and port of the database. */
  async function connect(host: unknown, password = "password-1", port = 3306) {
    const found = route(host, port);
    if (found.outcome !== "open") throw new Error(found.outcome);
    return createConnection({ host: found.to.host, port: found.to.port, user: "admin", password, rowsAsArray: true });
  }

  async function query(host: unknown, sql: string, password?: string, port?: number): Promise<unknown> {
    const connection = await connect(host, password, port);
    try {
      return (await connection.query(sql))[0];
    } finally {
      connection.destroy();
    }
  }

  const maxConnections = async (host: unknown) =>
    ((await query(host, "select @@max_connections")) as number[][])[0]?.[0];

  const secretValue = (state: Properties) => {
    const [secret] = state.masterUserSecrets as { secretArn: string }[];
    const text = stack.account.secretsManager.secrets.get(secret?.secretArn ?? "")?.value;
    return text === undefined ? undefined : (JSON.parse(text) as { password: string }).password;
  };

  describe("as an instance", () => {
    let inputs: Properties;
    let instance: Created;
    beforeEach(async () => {
      inputs = {
        identifier: "orders",
        engine: "mysql",
        engineVersion: "8.4",
        instanceClass: "db.t4g.micro",
        username: "admin",
        password: "password-1",
        dbName: "test",
        dbSubnetGroupName: network.dbSubnetGroupName,
        vpcSecurityGroupIds: [network.server],
        applyImmediately: true,
      };
      instance = await stack.make(instanceType, "database", inputs);
    });
    const update = (changes: Properties) => stack.update(instanceType, instance, (inputs = { ...inputs, ...changes }));

    it("has a new password at once, which ends no session", async () => {
      const { address } = instance.state;
      const session = await connect(address);
      await update({ password: "password-2" });
      assert.deepEqual((await session.query("select 1"))[0], [[1]]);
      session.destroy();
      await assert.rejects(query(address, "select 1"), { errno: 1045 });
      assert.deepEqual(await query(address, "select 1", "password-2"), [[1]]);
    });

    it("lets RDS keep the password in a secret, and takes it back", async () => {
      const { address } = instance.state;
      const managed = await update({ password: undefined, manageMasterUserPassword: true });
      const password = secretValue(managed);
      assert.deepEqual(await query(address, "select 1", password), [[1]]);
      await assert.rejects(query(address, "select 1"), { errno: 1045 });
      await assert.rejects(update({ masterUserSecretKmsKeyId: "key" }), /InvalidParameterCombination/);
      const own = await update({
        password: "password-3",
        manageMasterUserPassword: undefined,
        masterUserSecretKmsKeyId: undefined,
      });
      assert.deepEqual([own.masterUserSecrets, secretValue(managed)], [[], undefined]);
      assert.deepEqual(await query(address, "select 1", "password-3"), [[1]]);
    });

    it("is restarted for another class, whose number of connections it then has, with its data", async () => {
      const { address } = instance.state;
      await query(address, "create table test.kept (id int)");
      const session = await connect(address);
      const ended = new Promise((resolve) => session.on("error", resolve));
      await update({ instanceClass: "db.t4g.small" });
      await ended;
      assert.equal(await maxConnections(address), 170);
      assert.deepEqual(await query(address, "show tables from test"), [["kept"]]);
    });

    it("waits for its maintenance window unless the changes apply at once", async () => {
      const { address } = instance.state;
      const { identifier, engineVersionActual } = await update({
        applyImmediately: false,
        instanceClass: "db.t4g.small",
        engineVersion: "8.5",
        identifier: "invoices",
      });
      assert.deepEqual([identifier, engineVersionActual, await maxConnections(address)], ["orders", "8.4", 85]);
      assert.match(
        stack.log.join("\n"),
        /orders: instanceClass, engineVersion, identifier will change in the maintenance/,
      );
      const after = await update({ applyImmediately: true });
      assert.deepEqual([after.identifier, after.engineVersionActual], ["invoices", "8.5"]);
      assert.equal(await maxConnections(after.address), 170);
    });

    it("takes another parameter group at its next restart, and a group's other value at once", async () => {
      const { address } = instance.state;
      const parameters = (value: string) => ({
        name: "wide",
        family: "mysql8.4",
        parameters: [{ name: "max_connections", value }],
      });
      const group = await stack.make(parametersType, "wide", parameters("33"));
      const session = await connect(address);
      await update({ parameterGroupName: "wide" });
      assert.equal(await maxConnections(address), 85);
      await stack.update(parametersType, group, parameters("44"));
      assert.equal(await maxConnections(address), 44);
      await stack.update(parametersType, group, { name: "wide", family: "mysql8.4" });
      assert.equal(await maxConnections(address), 85);
      assert.deepEqual((await session.query("select 1"))[0], [[1]]);
      session.destroy();
      await stack.update(parametersType, group, {
        ...parameters("55"),
        parameters: [{ name: "max_connections", value: "55", applyMethod: "pending-reboot" }],
      });
      assert.equal(await maxConnections(address), 85);
      await update({ engineVersion: "8.4.1" });
      assert.equal(await maxConnections(address), 55);
      await assert.rejects(stack.remove(parametersType, group), /InvalidDBParameterGroupState: .* group wide,/);
      await update({ parameterGroupName: "default.mysql8.4" });
      await stack.remove(parametersType, group);
    });

    it("listens on another port after a restart, and no longer on the one before", async () => {
      const { address } = instance.state;
      await stack.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "3307", {
        securityGroupId: network.server,
        referencedSecurityGroupId: network.client,
        ipProtocol: "tcp",
        fromPort: 3307,
        toPort: 3307,
      });
      const { endpoint, port } = await update({ port: 3307 });
      assert.deepEqual([endpoint, port], [`${String(address)}:3307`, 3307]);
      assert.equal(route(address).outcome, "refused");
      assert.deepEqual(await query(address, "select 1", "password-1", 3307), [[1]]);
    });

    it("has another address with another identifier, and keeps its id", async () => {
      const { address } = instance.state;
      const after = await update({ identifier: "invoices" });
      assert.deepEqual([after.identifier, after.resourceId], ["invoices", instance.id]);
      assert.match(String(after.arn), /:db:invoices$/);
      assert.equal(route(address).outcome, "unknown host");
      assert.deepEqual(await query(after.address, "select 1"), [[1]]);
      await stack.remove(instanceType, instance);
      assert.equal(route(after.address).outcome, "unknown host");
    });

    it("is reached through its new security groups at once", async () => {
      const closed = await stack.make(groupType, "closed", { vpcId: network.vpcId });
      await update({ vpcSecurityGroupIds: [closed.id] });
      assert.equal(route(instance.state.address).outcome, "dropped");
      await assert.rejects(stack.remove(groupType, closed), /DependencyViolation/);
      await update({ vpcSecurityGroupIds: [network.server] });
      assert.equal(route(instance.state.address).outcome, "open");
      await stack.remove(groupType, closed);
    });

    it("does not move to another subnet group of its VPC, and keeps its own", async () => {
      const { subnetIds } = network;
      const other = await stack.make(subnetGroupType, "other", { subnetIds });
      await assert.rejects(
        update({ dbSubnetGroupName: other.id }),
        /InvalidVPCNetworkStateFault: You cannot move DB instance orders to subnet group other-\w+\. The specified/,
      );
      const own: Created = { id: network.dbSubnetGroupName ?? "", state: { name: network.dbSubnetGroupName } };
      await assert.rejects(
        stack.remove(subnetGroupType, own),
        /InvalidDBSubnetGroupStateFault: .*because at least one database instance: orders is still using it/,
      );
      await assert.rejects(stack.update(subnetGroupType, own, { subnetIds: [subnetIds[1]] }), /SubnetAlreadyInUse/);
      await stack.update(subnetGroupType, own, { subnetIds: [subnetIds[0]], description: "One" });
      await stack.remove(instanceType, instance);
      await stack.remove(subnetGroupType, own);
    });

    it("takes its secret with it", async () => {
      const managed = await update({ password: undefined, manageMasterUserPassword: true });
      assert.ok(stack.exists(instanceType, instance));
      await stack.remove(instanceType, instance);
      assert.ok(!stack.exists(instanceType, instance));
      assert.equal(secretValue(managed), undefined);
    });
  });

  describe("as a cluster", () => {
    let inputs: Properties;
    let cluster: Created;
    beforeEach(async () => {
      inputs = {
        clusterIdentifier: "orders",
        engine: "aurora-mysql",
        masterUsername: "admin",
        masterPassword: "password-1",
        databaseName: "test",
        dbSubnetGroupName: network.dbSubnetGroupName,
        vpcSecurityGroupIds: [network.server],
        serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 1 },
        applyImmediately: true,
      };
      cluster = await stack.make(clusterType, "cluster", inputs);
    });
    const update = (changes: Properties) => stack.update(clusterType, cluster, (inputs = { ...inputs, ...changes }));
    const member = { clusterIdentifier: "orders", engine: "aurora-mysql", applyImmediately: true };
    const addInstance = (name: string, instanceClass = "db.serverless") =>
      stack.make(memberType, name, { ...member, identifier: name, instanceClass });

    it("has its new password and groups at once, and its new capacity after a restart", async () => {
      const writer = await addInstance("one");
      const { endpoint } = cluster.state;
      assert.equal(await maxConnections(endpoint), auroraMaxConnectionsOf("db.serverless"));
      await update({
        masterPassword: "password-2",
        serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 16 },
      });
      await assert.rejects(query(endpoint, "select 1"), { errno: 1045 });
      const connections = async () => query(endpoint, "select @@max_connections", "password-2");
      assert.deepEqual(await connections(), [[auroraMaxConnectionsOf("db.serverless")]]);
      await update({ engineVersion: "8.0.mysql_aurora.3.10.0" });
      assert.deepEqual(await connections(), [[auroraMaxConnectionsOf("db.serverless", 16)]]);
      await stack.update(memberType, writer, { ...member, identifier: "one", instanceClass: "db.t4g.medium" });
      assert.deepEqual(await connections(), [[auroraMaxConnectionsOf("db.t4g.medium")]]);
      await update({ vpcSecurityGroupIds: [network.client] });
      assert.equal(route(endpoint).outcome, "dropped");
    });

    it("fails over to a reader when its writer goes, and goes itself only after its instances", async () => {
      const { endpoint } = cluster.state;
      const writer = await addInstance("one", "db.t4g.medium");
      const reader = await addInstance("two", "db.r6g.large");
      assert.deepEqual([writer.state.writer, reader.state.writer], [true, false]);
      const session = await connect(endpoint);
      const ended = new Promise((resolve) => session.on("error", resolve));
      await stack.remove(memberType, writer);
      await ended;
      assert.equal(await maxConnections(endpoint), auroraMaxConnectionsOf("db.r6g.large"));
      await assert.rejects(
        stack.remove(clusterType, cluster),
        /InvalidDBClusterStateFault: .*still contains DB instances.*two/,
      );
      await stack.remove(memberType, reader);
      await stack.remove(clusterType, cluster);
      assert.deepEqual([stack.exists(clusterType, cluster), stack.exists(memberType, reader)], [false, false]);
    });

    it("keeps its data without any instance, and serves it when it has one again", async () => {
      const { endpoint } = cluster.state;
      const first = await addInstance("one");
      await query(endpoint, "create table test.kept (id int)");
      await stack.remove(memberType, first);
      assert.equal(route(endpoint).outcome, "unknown host");
      await update({ masterPassword: "password-2" });
      await addInstance("two");
      assert.deepEqual(await query(endpoint, "show tables from test", "password-2"), [["kept"]]);
    });
  });
});

import assert from "node:assert/strict";
import { type Connection, createConnection } from "mysql2/promise";
import type { Created, Properties } from "../../../local/engine";
import { policy, Stack } from "./stack";

const proxyType = "aws:rds/proxy:Proxy";
const endpointType = "aws:rds/proxyEndpoint:ProxyEndpoint";
const targetGroupType = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup";
const targetType = "aws:rds/proxyTarget:ProxyTarget";
const groupType = "aws:ec2/securityGroup:SecurityGroup";
const ruleType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const outType = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

describe("a proxy of the stand-in that changes", () => {
  const stack = new Stack();
  let network: Awaited<ReturnType<Stack["createNetwork"]>>;
  let secretArn: string;
  let proxy: Created;
  let inputs: Properties;
  let group: Created;
  let target: Created;
  const names = { dbProxyName: "orders", targetGroupName: "default", dbInstanceIdentifier: "orders" };

  before(async () => {
    await stack.open();
    network = await stack.createNetwork();
    await stack.create("aws:rds/instance:Instance", "database", {
      identifier: "orders",
      engine: "mysql",
      instanceClass: "db.t4g.micro",
      username: "admin",
      password: "password-1",
      dbSubnetGroupName: network.dbSubnetGroupName,
      vpcSecurityGroupIds: [network.server],
    });
  });
  after(() => stack.close());

  async function createSecret(username: string, password: string): Promise<string> {
    const secret = await stack.create("aws:secretsmanager/secret:Secret", username, {});
    const secretString = JSON.stringify({ username, password });
    await stack.create("aws:secretsmanager/secretVersion:SecretVersion", username, {
      secretId: secret.arn,
      secretString,
    });
    return secret.arn ?? "";
  }

  async function createRole(...secretArns: string[]): Promise<string> {
    const role = await stack.create("aws:iam/role:Role", "proxy", {
      assumeRolePolicy: policy({ Action: "sts:AssumeRole", Principal: { Service: "rds.amazonaws.com" } }),
      inlinePolicies: [
        { name: "read", policy: policy({ Action: "secretsmanager:GetSecretValue", Resource: secretArns }) },
      ],
    });
    return role.arn ?? "";
  }

  beforeEach(async () => {
    secretArn = await createSecret("admin", "password-1");
    // The proxy reaches the database as a member of `client`, and lets in the members of `client` as one of `own`.
    const own = await stack.make(groupType, "own", { vpcId: network.vpcId });
    const port = { ipProtocol: "tcp", fromPort: 3306, toPort: 3306 };
    await stack.make(ruleType, "in", { ...port, securityGroupId: own.id, referencedSecurityGroupId: network.client });
    await stack.make(outType, "out", { ipProtocol: "-1", securityGroupId: own.id, cidrIpv4: "0.0.0.0/0" });
    inputs = {
      name: "orders",
      engineFamily: "MYSQL",
      auths: [{ secretArn, iamAuth: "DISABLED" }],
      roleArn: await createRole(secretArn),
      vpcSubnetIds: network.subnetIds,
      vpcSecurityGroupIds: [own.id, network.client],
      requireTls: false,
    };
    proxy = await stack.make(proxyType, "proxy", inputs);
    group = await stack.make(targetGroupType, "group", {
      dbProxyName: "orders",
      connectionPoolConfig: { maxConnectionsPercent: 100 },
    });
    target = await stack.make(targetType, "target", names);
  });
  afterEach(async () => {
    if (stack.exists(proxyType, proxy)) await stack.remove(proxyType, proxy);
  });

  const update = (changes: Properties) => stack.update(proxyType, proxy, (inputs = { ...inputs, ...changes }));
  const running = () => stack.account.rds.proxy(String(proxy.state.name)).proxy;

  function route(host: unknown) {
    const client = stack.account.network.attach(network.subnetIds, [network.client ?? ""]);
    const found = stack.account.network.route(client, String(host), 3306);
    stack.account.network.interfaces.release(client);
    return found;
  }

  /** Connects as a member of `client`, by name; with TLS, the certificate has to be of that name. */
  async function connect(options: Properties = {}, host = proxy.state.endpoint): Promise<Connection> {
    const found = route(host);
    if (found.outcome !== "open") throw new Error(found.outcome);
    const ssl = { ca: stack.account.authority.certificate, verifyIdentity: true, servername: String(host) };
    const login = { user: "admin", password: "password-1", ssl, ...options };
    return createConnection({ host: "localhost", port: found.to.port, rowsAsArray: true, ...login });
  }

  /** Makes sure that a session that began before still works, and ends it. */
  async function goesOn(session: Connection): Promise<void> {
    assert.deepEqual((await session.query("select 1"))[0], [[1]]);
    session.destroy();
  }

  it("requires TLS of new clients, and lets those without it go on", async () => {
    const session = await connect({ ssl: undefined });
    await update({ requireTls: true });
    await goesOn(session);
    await assert.rejects(connect({ ssl: undefined }), { errno: 3159 });
    await goesOn(await connect());
    await update({ requireTls: undefined });
    await goesOn(await connect({ ssl: undefined }));
  });

  it("logs statements as soon as it should, also those of older sessions, and then no longer", async () => {
    const session = await connect();
    const logged = (text: string) => stack.log.some((line) => line.includes(text));
    await session.query("select 'quiet'");
    await update({ debugLogging: true });
    await session.query("select 'aloud'");
    await update({ debugLogging: false });
    await session.query("select 'silent'");
    assert.deepEqual(["quiet", "aloud", "silent"].map(logged), [false, true, false]);
    session.destroy();
  });

  it("disconnects idle clients after the new time", async () => {
    const session = await connect();
    const ended = new Promise((resolve) => session.on("error", resolve));
    await update({ idleClientTimeout: 1 });
    await ended;
  });

  it("lets in the users of its new secrets, and no longer the others, whose sessions go on", async () => {
    const admin = await connect();
    await admin.query("create user if not exists reader identified by 'password-2'");
    const other = await createSecret("reader", "password-2");
    const reader = { user: "reader", password: "password-2" };
    await assert.rejects(connect(reader), { errno: 1045 });
    await update({ auths: [{ secretArn: other }], roleArn: await createRole(other) });
    const session = await connect(reader);
    assert.deepEqual((await session.query("select current_user()"))[0], [["reader@%"]]);
    session.destroy();
    await assert.rejects(connect(), { errno: 1045 });
    await goesOn(admin);
  });

  it("cannot read its secrets with a role that may not", async () => {
    await update({ roleArn: await createRole("arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:other") });
    await assert.rejects(connect(), { errno: 1045 });
    await assert.rejects(update({ roleArn: "arn:aws:iam::123456789012:role/none" }), /There is no role/);
  });

  it("asks for tokens instead of passwords, and for passwords again", async () => {
    await update({ auths: [{ secretArn, iamAuth: "REQUIRED" }], requireTls: true });
    await assert.rejects(connect({ enableCleartextPlugin: true }), { errno: 1045 });
    await update({ auths: [{ secretArn, iamAuth: "DISABLED", clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD" }] });
    await goesOn(await connect());
  });

  it("is reached through its new security groups, and keeps its sessions", async () => {
    const session = await connect();
    const closed = await stack.make(groupType, "closed", { vpcId: network.vpcId });
    await update({ vpcSecurityGroupIds: [closed.id] });
    assert.equal(route(proxy.state.endpoint).outcome, "dropped");
    session.destroy();
    await assert.rejects(stack.remove(groupType, closed), /DependencyViolation/);
    await stack.remove(proxyType, proxy);
    await stack.remove(groupType, closed);
  });

  it("has another endpoint with another name, and the same ARN and sessions", async () => {
    const { arn, endpoint } = proxy.state;
    const session = await connect();
    const after = await update({ name: "invoices" });
    assert.equal(after.arn, arn);
    assert.match(String(after.endpoint), /^invoices\.proxy-/);
    assert.equal(route(endpoint).outcome, "unknown host");
    await goesOn(session);
    await goesOn(await connect());
    await stack.remove(proxyType, proxy);
    assert.equal(route(after.endpoint).outcome, "unknown host");
  });

  it("holds at most half of the connections after the percentage is halved", async () => {
    const { maxDatabaseConnectionsAllowed } = limits();
    assert.equal(maxDatabaseConnectionsAllowed, 84);
    const sessions = await Promise.all(Array.from({ length: 60 }, () => connect()));
    await Promise.all(sessions.map((session) => session.query("begin")));
    assert.ok(limits().databaseConnections >= 60);
    await stack.update(targetGroupType, group, {
      dbProxyName: "orders",
      connectionPoolConfig: { maxConnectionsPercent: 50 },
    });
    await Promise.all(sessions.map((session) => session.query("rollback")));
    await Promise.all(sessions.map((session) => session.query("select 1")));
    assert.ok(limits().databaseConnections <= 41, String(limits().databaseConnections));
    for (const session of sessions) session.destroy();
    const { connectionPoolConfig } = await stack.update(targetGroupType, group, { dbProxyName: "orders" });
    assert.equal((connectionPoolConfig as Properties).maxConnectionsPercent, 50);
    assert.equal(limits().maxDatabaseConnectionsAllowed, 41);
  });
  function limits() {
    const { MaxDatabaseConnectionsAllowed = 0, DatabaseConnections = 0 } = running().metrics();
    return { maxDatabaseConnectionsAllowed: MaxDatabaseConnectionsAllowed, databaseConnections: DatabaseConnections };
  }

  it("has a further endpoint whose groups change, and which goes with it", async () => {
    const { client, server, subnetIds } = network;
    const endpoint = { dbProxyName: "orders", dbProxyEndpointName: "more", vpcSubnetIds: subnetIds };
    const created = await stack.make(endpointType, "more", { ...endpoint, vpcSecurityGroupIds: [client] });
    const host = created.state.endpoint;
    assert.equal(route(host).outcome, "dropped");
    await stack.update(endpointType, created, { ...endpoint, vpcSecurityGroupIds: [server] });
    await goesOn(await connect({}, host));
    await update({ requireTls: true });
    await assert.rejects(connect({ ssl: undefined }, host), { errno: 3159 });
    assert.ok(stack.exists(endpointType, created));
    await stack.remove(proxyType, proxy);
    assert.equal(route(host).outcome, "unknown host");
    assert.deepEqual(
      [
        [endpointType, created],
        [targetGroupType, group],
        [targetType, target],
      ].map(([type, resource]) => stack.exists(type as string, resource as Created)),
      [false, false, false],
    );
    await stack.remove(endpointType, created);
    await stack.remove(targetType, target);
  });

  it("keeps a target that takes the place of another one", async () => {
    await stack.create("aws:rds/instance:Instance", "second", {
      identifier: "second",
      engine: "mysql",
      instanceClass: "db.t4g.micro",
      username: "admin",
      password: "password-1",
      dbSubnetGroupName: network.dbSubnetGroupName,
      vpcSecurityGroupIds: [network.server],
    });
    const second = await stack.make(targetType, "second", { ...names, dbInstanceIdentifier: "second" });
    await stack.remove(targetType, target);
    assert.deepEqual([stack.exists(targetType, target), stack.exists(targetType, second)], [false, true]);
    await goesOn(await connect());
  });
});

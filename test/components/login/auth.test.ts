import assert from "node:assert/strict";
import { ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "../../../components";
import { type Graph, graphOf } from "../../../testing";

const graphWith = (args: ProxiedDatabaseArgs) =>
  graphOf(() => {
    const database = new ProxiedDatabase("sample", {
      defaultUser: args.auth === "iam-end-to-end" ? "lambda" : "admin",
      ...args,
    });
    const reader = new ProxyClientFunction("read", { database, callback: () => Promise.resolve([]) });
    return { rows: reader.invokeOnDeploy().result };
  });

const proxyUser = (user: string) => `arn:aws:rds-db:ap-northeast-1:123456789012:dbuser:prx-0123456789abcdef0/${user}`;

const statements = (graph: Graph, name: string) =>
  JSON.parse(graph.one("aws:iam/rolePolicy:RolePolicy", name).inputs.policy).Statement as object[];

describe("IAM authentication", () => {
  let graph: Graph;
  before(async () => {
    graph = await graphWith({ auth: "iam" });
  });

  it("is required by the proxy, which itself logs in to the database with the secret", () => {
    const { auths, defaultAuthScheme } = graph.one("aws:rds/proxy:Proxy").inputs;
    assert.equal(auths.length, 1);
    assert.deepEqual([auths[0].iamAuth, auths[0].authScheme, defaultAuthScheme], ["REQUIRED", "SECRETS", "NONE"]);
    assert.match(auths[0].secretArn, /Secret\/sample-credentials$/);
  });

  it("lets a function connect as that one user of that one proxy, named by its id, and read no secret", () => {
    assert.deepEqual(statements(graph, "sample-read-connect"), [
      { Sid: "LogIn", Effect: "Allow", Action: ["rds-db:connect"], Resource: [proxyUser("admin")] },
    ]);
  });

  it("needs no way to Secrets Manager", () => {
    assert.deepEqual(graph.all("aws:ec2/vpcEndpoint:VpcEndpoint"), []);
    assert.deepEqual(
      graph.all("aws:ec2/securityGroup:SecurityGroup").map(({ name }) => name),
      ["sample-proxy", "sample-database", "read-function"],
    );
  });

  it("is in the callback's environment, which names no secret", () => {
    const { variables } = graph.one("aws:lambda/function:Function").inputs.environment;
    assert.deepEqual([variables.DB_AUTH, variables.DB_USER, variables.DB_SECRET_ARN], ["iam", "admin", undefined]);
  });

  it("does not make the proxy wait for the database", () => {
    assert.equal(graph.waitsFor(graph.one("aws:rds/proxy:Proxy"), graph.one("aws:rds/instance:Instance")), false);
  });
});

describe("end-to-end IAM authentication", () => {
  let graph: Graph;
  before(async () => {
    graph = await graphWith({ auth: "iam-end-to-end", users: { lambda: {}, reporting: {} } });
  });

  it("leaves the proxy without a secret, and switches on IAM in the database", () => {
    const { auths, defaultAuthScheme } = graph.one("aws:rds/proxy:Proxy").inputs;
    assert.deepEqual([auths, defaultAuthScheme], [undefined, "IAM_AUTH"]);
    assert.equal(graph.one("aws:rds/instance:Instance").inputs.iamDatabaseAuthenticationEnabled, true);
  });

  it("lets the proxy connect to that one database as each of the users, and nothing else", () => {
    const ofDatabase = "arn:aws:rds-db:ap-northeast-1:123456789012:dbuser:db-sample-database";
    assert.deepEqual(statements(graph, "sample-proxy"), [
      {
        Sid: "LogIn",
        Effect: "Allow",
        Action: ["rds-db:connect"],
        Resource: [`${ofDatabase}/lambda`, `${ofDatabase}/reporting`],
      },
    ]);
  });

  it("lets functions connect as one of the users, since the master user cannot use a token", () => {
    const { variables } = graph.one("aws:lambda/function:Function").inputs.environment;
    assert.deepEqual([variables.DB_AUTH, variables.DB_USER], ["iam", "lambda"]);
    assert.deepEqual(statements(graph, "sample-read-connect"), [
      { Sid: "LogIn", Effect: "Allow", Action: ["rds-db:connect"], Resource: [proxyUser("lambda")] },
    ]);
  });

  it("keeps the master user's secret for people, and makes no secret for the other users", () => {
    assert.deepEqual(
      graph.all("aws:secretsmanager/secret:Secret").map(({ name }) => name),
      ["sample-credentials"],
    );
  });

  it("lets the target, not the proxy, wait for the policy, which names the database", () => {
    const policy = graph.one("aws:iam/rolePolicy:RolePolicy", "sample-proxy");
    const proxy = graph.one("aws:rds/proxy:Proxy");
    assert.equal(graph.waitsFor(proxy, policy), false);
    assert.equal(graph.waitsFor(proxy, graph.one("aws:rds/instance:Instance")), false);
    assert.ok(graph.waitsFor(graph.one("aws:rds/proxyTarget:ProxyTarget"), policy));
  });

  it("names a cluster by the cluster's own id", async () => {
    const cluster = await graphWith({
      auth: "iam-end-to-end",
      users: { lambda: {} },
      database: { engine: "aurora-mysql" },
    });
    assert.match(JSON.stringify(statements(cluster, "sample-proxy")), /dbuser:cluster-sample-database\/lambda/);
    assert.equal(cluster.one("aws:rds/cluster:Cluster").inputs.iamDatabaseAuthenticationEnabled, true);
  });
});

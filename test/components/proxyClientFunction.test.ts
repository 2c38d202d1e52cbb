import assert from "node:assert/strict";
import { ProxiedDatabase, ProxyClientFunction, type ProxyClientFunctionArgs } from "../../components";
import { graphOf, type Graph } from "../support/graph";

const graphWith = (args: Partial<ProxyClientFunctionArgs> = {}) =>
  graphOf(() => {
    const database = new ProxiedDatabase("sample");
    const reader = new ProxyClientFunction("read", {
      database,
      callbackFactory: () => () => Promise.resolve([]),
      ...args,
    });
    return { rows: reader.invokeOnDeploy({ greeting: "hello" }).result };
  });

describe("ProxyClientFunction", () => {
  let standard: Graph;
  before(async () => {
    standard = await graphWith();
  });

  it("creates a function on Node 24 with the article's memory and timeout, in the database's subnets", () => {
    const { inputs } = standard.one("aws:lambda/function:Function");
    assert.deepEqual([inputs.runtime, inputs.memorySize, inputs.timeout], ["nodejs24.x", 256, 30]);
    assert.deepEqual(inputs.vpcConfig, {
      subnetIds: ["subnet-isolated-a", "subnet-isolated-b"],
      securityGroupIds: ["read-function-id"],
    });
  });

  it("sets the variables that the callbacks read, and no password", () => {
    const { inputs } = standard.one("aws:lambda/function:Function");
    assert.deepEqual(inputs.environment.variables, {
      DB_ENDPOINT: "sample-proxy.proxy.test",
      DB_PORT: "3306",
      DB_NAME: "test",
      DB_USER: "admin",
      DB_CONNECT_TIMEOUT: "5",
      DB_AUTH: "password",
      DB_SECRET_ARN: "arn:aws:test:ap-northeast-1:123456789012:Secret/sample-credentials",
    });
  });

  it("keeps logs in a group of its own, for 14 days unless told otherwise", async () => {
    const graph = standard;
    const { inputs } = graph.one("aws:cloudwatch/logGroup:LogGroup", "read-function");
    assert.deepEqual([inputs.namePrefix, inputs.retentionInDays], ["/aws/lambda/read-", 14]);
    assert.deepEqual(graph.one("aws:lambda/function:Function").inputs.loggingConfig, {
      logFormat: "Text",
      logGroup: "read-function-name",
    });
    assert.equal(
      (await graphWith({ logRetentionInDays: 1 })).one("aws:cloudwatch/logGroup:LogGroup", "read-function").inputs
        .retentionInDays,
      1,
    );
  });

  it("may write its logs, use network interfaces and read that one secret, and nothing else", () => {
    const graph = standard;
    const policies = ["read-function", "sample-read-connect"].map((name) =>
      graph.one("aws:iam/rolePolicy:RolePolicy", name),
    );
    const ofRole = graph
      .all("aws:iam/rolePolicy:RolePolicy")
      .filter(({ inputs }) => inputs.role === "read-function-name");
    assert.deepEqual(new Set(ofRole), new Set(policies));
    const statements = policies
      .flatMap(({ inputs }) => JSON.parse(inputs.policy).Statement)
      .map(({ Effect, Action, Resource, Condition }) => ({ Effect, Action, Resource, Condition }));
    assert.deepEqual(statements, [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: ["arn:aws:test:ap-northeast-1:123456789012:LogGroup/read-function:*"],
        Condition: undefined,
      },
      {
        Effect: "Allow",
        Action: [
          "ec2:CreateNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:DeleteNetworkInterface",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ],
        Resource: ["*"],
        Condition: undefined,
      },
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: ["arn:aws:test:ap-northeast-1:123456789012:Secret/sample-credentials"],
        Condition: undefined,
      },
    ]);
    assert.deepEqual(graph.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment"), []);
  });

  it("is invoked again when its code or the database is another one", () => {
    const { inputs } = standard.one("aws:lambda/invocation:Invocation");
    assert.deepEqual(inputs.triggers, { code: "sha256-of-code", database: "db-sample-database" });
    assert.equal(inputs.input, '{"greeting":"hello"}');
  });

  it("returns what the callback returned as a value, not as text", () => {
    const { outputs } = standard;
    assert.deepEqual(outputs.rows, [
      [1, "taro"],
      [2, "hanako"],
    ]);
  });

  it("creates its own resources under itself, and its ways into the database under the database", () => {
    const graph = standard;
    const own = graph.resources.filter(({ name }) => name.startsWith("read-"));
    assert.equal(own.length, 7);
    for (const { parent, name } of own) assert.match(parent, /ProxyClientFunction::read$/, name);
    for (const { parent, name } of graph.resources.filter(({ name }) => name.startsWith("sample-read-"))) {
      assert.match(parent, /ProxiedDatabase::sample$/, name);
    }
  });
});

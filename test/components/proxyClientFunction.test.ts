import assert from "node:assert/strict";
import { ProxiedDatabase, ProxyClientFunction, type ProxyClientFunctionArgs } from "../../components";
import { type Graph, graphOf } from "../../testing";

const graphWith = (args: Partial<ProxyClientFunctionArgs> = {}) =>
  graphOf(() => {
    const database = new ProxiedDatabase("sample", { defaultUser: "admin" });
    const reader = new ProxyClientFunction("read", {
      database,
      callbackFactory: () => () => Promise.resolve([]),
      ...args,
    } as ProxyClientFunctionArgs);
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

  it("has no further way in unless asked for", () => {
    const { inputs } = standard.one("aws:lambda/function:Function");
    assert.deepEqual([inputs.publish, inputs.ephemeralStorage], [undefined, undefined]);
    for (const type of [
      "functionUrl:FunctionUrl",
      "alias:Alias",
      "functionEventInvokeConfig:FunctionEventInvokeConfig",
    ]) {
      assert.deepEqual(standard.all(`aws:lambda/${type}`), []);
    }
  });

  it("keeps containers of its newest version started, and its address leads there", async () => {
    const graph = await graphWith({ provisionedConcurrency: 3, url: { allowOrigins: ["https://example.com"] } });
    assert.equal(graph.one("aws:lambda/function:Function").inputs.publish, true);
    const { inputs } = graph.one("aws:lambda/alias:Alias", "read-function");
    assert.deepEqual([inputs.name, inputs.functionName], ["live", "read-function-name"]);
    const provisioned = graph.one("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig").inputs;
    assert.deepEqual([provisioned.qualifier, provisioned.provisionedConcurrentExecutions], ["live", 3]);
    const url = graph.one("aws:lambda/functionUrl:FunctionUrl").inputs;
    assert.deepEqual([url.qualifier, url.authorizationType], ["live", "AWS_IAM"]);
    assert.deepEqual(url.cors.allowOrigins, ["https://example.com"]);
  });

  it("has the address, the folder and the retries that were asked for", async () => {
    const graph = await graphWith({
      url: { authorizationType: "NONE" },
      ephemeralStorage: 1024,
      asynchronous: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
    });
    assert.equal(graph.one("aws:lambda/functionUrl:FunctionUrl").inputs.authorizationType, "NONE");
    assert.deepEqual(graph.one("aws:lambda/function:Function").inputs.ephemeralStorage, { size: 1024 });
    const { inputs } = graph.one("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig");
    assert.deepEqual([inputs.maximumRetryAttempts, inputs.maximumEventAgeInSeconds], [0, 60]);
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
        Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
        Resource: ["*"],
        Condition: undefined,
      },
      {
        Effect: "Allow",
        Action: [
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ],
        Resource: ["arn:aws:ec2:ap-northeast-1:123456789012:*/*"],
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

  it("is invoked again when its code or the database changes, which a preview knows", async () => {
    const { inputs } = standard.one("aws:lambda/invocation:Invocation");
    const { code, database } = inputs.triggers;
    assert.equal(database, "db-sample-database");
    assert.match(code, /^[\w+/]{43}=$/);
    const edited = await graphWith({ callbackFactory: () => () => Promise.resolve(["edited"]) });
    assert.notEqual(edited.one("aws:lambda/invocation:Invocation").inputs.triggers.code, code);
    assert.equal(inputs.input, '{"greeting":"hello"}');
  });

  it("returns the callback's result as a value, not as text", () => {
    const { outputs } = standard;
    assert.deepEqual(outputs.rows, [
      [1, "taro"],
      [2, "hanako"],
    ]);
  });

  it("is the parent of its own resources, while the database is the parent of the rules and grants for it", () => {
    const graph = standard;
    const own = graph.resources.filter(({ name }) => name.startsWith("read-"));
    assert.equal(own.length, 7);
    for (const { parent, name } of own) assert.match(parent, /ProxyClientFunction::read$/, name);
    for (const { parent, name } of graph.resources.filter(({ name }) => name.startsWith("sample-read-"))) {
      assert.match(parent, /ProxiedDatabase::sample$/, name);
    }
  });

  describe("with optional arguments", () => {
    it("runs on Arm unless the program says otherwise", async () => {
      const architectures = async (architecture?: "x86_64") =>
        (await graphWith({ architecture })).one("aws:lambda/function:Function").inputs.architectures;
      assert.deepEqual([await architectures(), await architectures("x86_64")], [["arm64"], ["x86_64"]]);
    });

    it("has further variables, layers and reserved containers", async () => {
      const { inputs } = (
        await graphWith({ environment: { LOG_LEVEL: "DEBUG" }, layers: ["arn:layer"], reservedConcurrency: 5 })
      ).one("aws:lambda/function:Function");
      assert.equal(inputs.environment.variables.LOG_LEVEL, "DEBUG");
      assert.equal(inputs.environment.variables.DB_PORT, "3306");
      assert.deepEqual([inputs.layers, inputs.reservedConcurrentExecutions], [["arn:layer"], 5]);
    });

    it("is traced, and may send its traces", async () => {
      const graph = await graphWith({ tracing: true });
      assert.deepEqual(graph.one("aws:lambda/function:Function").inputs.tracingConfig, { mode: "Active" });
      assert.deepEqual(statementOf(graph, "Trace").Action, ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]);
      assert.equal(statementOf(standard, "Trace"), undefined);
    });

    it("sends failed events to one queue, and may send to no other", async () => {
      const deadLetterQueueArn = "arn:aws:sqs:ap-northeast-1:123456789012:failed";
      const graph = await graphWith({ deadLetterQueueArn });
      const { inputs } = graph.one("aws:lambda/function:Function");
      assert.deepEqual(inputs.deadLetterConfig, { targetArn: deadLetterQueueArn });
      const { Action, Resource } = statementOf(graph, "HandOverFailedEvents");
      assert.deepEqual([Action, Resource], [["sqs:SendMessage"], [deadLetterQueueArn]]);
    });

    it("assumes an existing role, which gets the same policies", async () => {
      const graph = await graphWith({ role: { name: "own", arn: "arn:aws:iam::123456789012:role/own" } });
      assert.equal(graph.one("aws:lambda/function:Function").inputs.role, "arn:aws:iam::123456789012:role/own");
      const policies = graph.all("aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) => inputs.role === "own");
      assert.deepEqual(policies.map(({ name }) => name).sort(), ["read-function", "sample-read-connect"]);
      assert.deepEqual(
        graph.all("aws:iam/role:Role").map(({ name }) => name),
        ["sample-proxy"],
      );
    });

    it("joins existing groups, each of which may connect to the proxy and gets no other rule", async () => {
      const graph = await graphWith({ securityGroupIds: ["sg-a", "sg-b"] });
      assert.deepEqual(graph.one("aws:lambda/function:Function").inputs.vpcConfig.securityGroupIds, ["sg-a", "sg-b"]);
      const toProxy = graph
        .all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        .filter(({ inputs }) => inputs.securityGroupId === "sample-proxy-id");
      assert.deepEqual(
        toProxy.map(({ inputs }) => inputs.referencedSecurityGroupId),
        ["sg-a", "sg-b"],
      );
      assert.deepEqual(
        graph.resources.filter(({ inputs }) => (inputs.securityGroupId ?? "").startsWith("sg-")),
        [],
      );
    });

    it("reads from the readers", async () => {
      const graph = await graphOf(() => {
        const database = new ProxiedDatabase("sample", {
          defaultUser: "admin",
          database: { engine: "aurora-mysql", readers: 1 },
          proxy: { readOnlyEndpoint: true },
        });
        new ProxyClientFunction("read", { database, readOnly: true, callback: () => Promise.resolve([]) });
        return {};
      });
      const { variables } = graph.one("aws:lambda/function:Function").inputs.environment;
      assert.equal(variables.DB_ENDPOINT, "sample-read-only.proxy-endpoint.test");
    });
  });

  it("waits longer for a connection than the proxy does, so that it sees the proxy's own error", async () => {
    const graph = await graphOf(() => {
      const database = new ProxiedDatabase("sample", { defaultUser: "admin", proxy: { connectionBorrowTimeout: 20 } });
      new ProxyClientFunction("read", { database, callback: () => Promise.resolve([]) });
      return {};
    });
    const { variables } = graph.one("aws:lambda/function:Function").inputs.environment;
    assert.equal(variables.DB_CONNECT_TIMEOUT, "21");
  });

  it("shares a database with other functions, each of which has rules of its own", async () => {
    const graph = await graphOf(() => {
      const database = new ProxiedDatabase("sample", { defaultUser: "admin" });
      for (const name of ["read", "write"]) {
        new ProxyClientFunction(name, { database, callback: () => Promise.resolve([]) });
      }
      return {};
    });
    const peers = graph
      .all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .filter(({ inputs }) => inputs.securityGroupId === "sample-proxy-id")
      .map(({ inputs }) => inputs.referencedSecurityGroupId);
    assert.deepEqual(peers, ["read-function-id", "write-function-id"]);
  });
});

function statementOf(graph: Graph, sid: string) {
  const { inputs } = graph.one("aws:iam/rolePolicy:RolePolicy", "read-function");
  return JSON.parse(inputs.policy).Statement.find(({ Sid }: { Sid: string }) => Sid === sid);
}

import assert from "node:assert/strict";
import { ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "../../components";
import { graphOf } from "../../testing";

/** The outputs of a stack with one database, as another stack sees them. */
async function attributesOf(args: ProxiedDatabaseArgs): Promise<object> {
  const { outputs } = await graphOf(() => ({
    database: new ProxiedDatabase("orders", { defaultUser: "admin", ...args }).attributes,
  }));
  return JSON.parse(JSON.stringify(outputs.database)) as object;
}

const functionOn = (stack: string, user?: string) => async () => {
  const database = await ProxiedDatabase.fromStack("orders", stack);
  const reader = new ProxyClientFunction("read", { database, user, callback: () => Promise.resolve([]) });
  return { rows: reader.invokeOnDeploy().result };
};

describe("the database of another stack", () => {
  it("serves a function as a database of the same stack does", async () => {
    const stacks = { "acme/orders/prod": { database: await attributesOf({}) } };
    const graph = await graphOf(functionOn("acme/orders/prod"), { stacks });
    const { inputs } = graph.one("aws:lambda/function:Function");
    assert.deepEqual(inputs.environment.variables, {
      DB_ENDPOINT: "orders-proxy.proxy.test",
      DB_PORT: "3306",
      DB_NAME: "test",
      DB_USER: "admin",
      DB_CONNECT_TIMEOUT: "5",
      DB_AUTH: "password",
      DB_SECRET_ARN: "arn:aws:test:ap-northeast-1:123456789012:Secret/orders-credentials",
    });
    assert.deepEqual(inputs.vpcConfig.subnetIds, ["subnet-isolated-a", "subnet-isolated-b"]);
  });

  it("lets the function in by rules and a grant in the function's stack, which creates nothing else", async () => {
    const stacks = { "acme/orders/prod": { database: await attributesOf({}) } };
    const graph = await graphOf(functionOn("acme/orders/prod"), { stacks });
    const names = graph.resources.filter(({ parent }) => parent.endsWith("ImportedDatabase::orders"));
    assert.deepEqual(
      names.map(({ name, inputs }) => [name, inputs.securityGroupId ?? inputs.role]),
      [
        ["orders-read-connect", "read-function-name"],
        ["orders-read-to-proxy", "orders-proxy-id"],
        ["orders-read-to-secretsmanager", "orders-secretsmanager-id"],
      ],
    );
    const own = graph.resources.filter(({ name, custom }) => custom && !/^(orders-read|read)-/.test(name));
    assert.deepEqual(own, []);
  });

  it("tells the function how to log in: here with IAM, as a further user", async () => {
    const database = await attributesOf({ auth: "iam", users: { reporting: {} } });
    const graph = await graphOf(functionOn("acme/orders/prod", "reporting"), {
      stacks: { "acme/orders/prod": { database } },
    });
    const { variables } = graph.one("aws:lambda/function:Function").inputs.environment;
    assert.deepEqual([variables.DB_AUTH, variables.DB_USER], ["iam", "reporting"]);
    const { Statement } = JSON.parse(graph.one("aws:iam/rolePolicy:RolePolicy", "orders-read-connect").inputs.policy);
    assert.deepEqual(Statement[0].Resource, [
      "arn:aws:rds-db:ap-northeast-1:123456789012:dbuser:prx-0123456789abcdef0/reporting",
    ]);
  });

  it("is refused in one sentence that says what to do, if that stack does not export it", async () => {
    await assert.rejects(graphOf(functionOn("acme/orders/prod"), { stacks: { "acme/orders/prod": { rows: [] } } }), {
      message:
        'ImportedDatabase "orders": stack acme/orders/prod has no output "database" with the attributes of a ProxiedDatabase:' +
        " add `export const database = <the ProxiedDatabase>.attributes` to it and deploy it first.",
    });
  });
});

import assert from "node:assert/strict";
import { ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "../../../components";
import { type Graph, graphOf } from "../../../testing";

const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/own";

const graphWith = (args: ProxiedDatabaseArgs, user?: string) =>
  graphOf(() => {
    const database = new ProxiedDatabase("sample", { defaultUser: "admin", ...args });
    new ProxyClientFunction("read", { database, user, callback: () => Promise.resolve([]) });
    return {};
  });

const policy = (graph: Graph, name: string) =>
  JSON.parse(graph.one("aws:iam/rolePolicy:RolePolicy", name).inputs.policy).Statement as {
    Action: string[];
    Resource: string[];
  }[];

describe("a password that RDS manages", () => {
  const managedArn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:rds!sample-database";

  for (const [kind, database, type] of [
    ["instance", {}, "aws:rds/instance:Instance"],
    ["cluster", { engine: "aurora-mysql" }, "aws:rds/cluster:Cluster"],
  ] as const) {
    it(`of the ${kind} is made by RDS and nowhere in the program`, async () => {
      const graph = await graphWith({ database, credentials: { managedByRds: true, kmsKeyArn: keyArn } });
      const { inputs } = graph.one(type);
      assert.deepEqual(
        [inputs.manageMasterUserPassword, inputs.masterUserSecretKmsKeyId, inputs.password, inputs.masterPassword],
        [true, keyArn, undefined, undefined],
      );
      for (const unwanted of [
        "random:index/randomPassword:RandomPassword",
        "aws:secretsmanager/secret:Secret",
        "aws:secretsmanager/secretVersion:SecretVersion",
      ]) {
        assert.deepEqual(graph.all(unwanted), [], unwanted);
      }
    });

    it(`of the ${kind} is in the secret that the proxy and the function read`, async () => {
      const graph = await graphWith({ database, credentials: { managedByRds: true } });
      assert.equal(graph.one("aws:rds/proxy:Proxy").inputs.auths[0].secretArn, managedArn);
      assert.deepEqual(policy(graph, "sample-proxy")[0]?.Resource, [managedArn]);
      assert.deepEqual(policy(graph, "sample-read-connect")[0]?.Resource, [managedArn]);
      const { variables } = graph.one("aws:lambda/function:Function").inputs.environment;
      assert.equal(variables.DB_SECRET_ARN, managedArn);
    });
  }

  it("makes the proxy wait for the database, since the secret does not exist before", async () => {
    const graph = await graphWith({ credentials: { managedByRds: true } });
    assert.ok(graph.waitsFor(graph.one("aws:rds/proxy:Proxy"), graph.one("aws:rds/instance:Instance")));
  });
});

describe("a customer managed key", () => {
  it("encrypts the secret, and lets both readers of the secret decrypt it, through Secrets Manager only", async () => {
    const graph = await graphWith({ credentials: { kmsKeyArn: keyArn } });
    assert.equal(graph.one("aws:secretsmanager/secret:Secret").inputs.kmsKeyId, keyArn);
    for (const name of ["sample-proxy", "sample-read-connect"]) {
      assert.deepEqual(policy(graph, name)[1], {
        Sid: "DecryptSecretValue",
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: [keyArn],
        Condition: { StringEquals: { "kms:ViaService": "secretsmanager.ap-northeast-1.amazonaws.com" } },
      });
    }
  });
});

describe("a secret", () => {
  const type = "aws:secretsmanager/secretVersion:SecretVersion";

  it("has a user and a password before the proxy is created, which does not wait for the database", async () => {
    const graph = await graphWith({ users: { reporting: {} } });
    for (const key of ["credentials", "reporting-credentials"]) {
      const initial = graph.one(type, `sample-${key}-initial`);
      const { username, password, host } = JSON.parse(initial.inputs.secretString);
      assert.deepEqual([password, host], ["generated-password", undefined], username);
      assert.ok(graph.waitsFor(graph.one("aws:rds/proxy:Proxy"), initial));
      assert.ok(!graph.waitsFor(initial, graph.one("aws:rds/instance:Instance")));
      assert.ok(graph.waitsFor(graph.one(type, `sample-${key}`), initial));
    }
  });

  it("gets its first value once: neither a new password nor another version makes it the current one again", async () => {
    const graph = await graphWith({});
    const initial = graph.one(type, "sample-credentials-initial");
    assert.deepEqual(initial.inputs.versionStages, ["initial"]);
    assert.deepEqual(initial.ignoreChanges, ["secretString", "versionStages"]);
    const complete = graph.one(type, "sample-credentials");
    // With AWSCURRENT among its labels, the provider would take that back after a rotation from outside.
    assert.deepEqual([complete.inputs.versionStages, complete.ignoreChanges], [undefined, []]);
  });

  it("keeps its versions until it is deleted itself", async () => {
    const graph = await graphWith({});
    for (const version of graph.all(type)) assert.ok(version.retainOnDelete, version.name);
  });
});

describe("a further database user", () => {
  const secretArn = (name: string) => `arn:aws:test:ap-northeast-1:123456789012:Secret/sample-${name}`;

  it("has a secret of its own, with a password that was generated or given", async () => {
    const graph = await graphWith({ users: { reporting: {}, billing: { password: "given-for-billing" } } });
    const values = graph
      .all("aws:secretsmanager/secretVersion:SecretVersion")
      .filter(({ name }) => !name.endsWith("-initial"))
      .map(({ inputs }) => JSON.parse(inputs.secretString))
      .map(({ username, password, host }) => ({ username, password, host }));
    const host = "sample-database.rds.test";
    assert.deepEqual(values, [
      { username: "admin", password: "generated-password", host },
      { username: "reporting", password: "generated-password", host },
      { username: "billing", password: "given-for-billing", host },
    ]);
    assert.equal(graph.all("random:index/randomPassword:RandomPassword").length, 2);
  });

  it("can log in through the same proxy, whose role may read that secret too", async () => {
    const graph = await graphWith({ users: { reporting: {} } });
    const arns = [secretArn("credentials"), secretArn("reporting-credentials")];
    assert.deepEqual(
      graph.one("aws:rds/proxy:Proxy").inputs.auths.map((auth: { secretArn: string }) => auth.secretArn),
      arns,
    );
    assert.deepEqual(policy(graph, "sample-proxy")[0]?.Resource, arns);
  });

  it("has a secret before the target becomes available", async () => {
    const graph = await graphWith({ users: { reporting: {} } });
    const value = graph.one("aws:secretsmanager/secretVersion:SecretVersion", "sample-reporting-credentials");
    assert.ok(graph.waitsFor(graph.one("aws:rds/proxyTarget:ProxyTarget"), value));
  });

  it("may be the user of a function, which then cannot read the master user's secret", async () => {
    const graph = await graphWith({ users: { reporting: {} } }, "reporting");
    const { variables } = graph.one("aws:lambda/function:Function").inputs.environment;
    assert.deepEqual([variables.DB_USER, variables.DB_SECRET_ARN], ["reporting", secretArn("reporting-credentials")]);
    assert.deepEqual(
      policy(graph, "sample-read-connect").map(({ Resource }) => Resource),
      [[secretArn("reporting-credentials")]],
    );
  });
});

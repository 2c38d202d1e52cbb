import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GrantArgs, ProxiedDatabase, type ProxiedDatabaseArgs } from "../../../components";
import { packageManager } from "../../../components/manage/packageManager";
import type { ManageEvent } from "../../../handler/manage/event";
import { opened } from "../../../handler/manage/sealed";
import { verifiersOf } from "../../../handler/manage/verifier";
import { type Graph, graphOf } from "../../../testing";
import { existing, vpc } from "../../support/existing";
import { idle, ways } from "../../support/reachability";
import { untyped } from "../refusals/row";

const graphWith = (args: ProxiedDatabaseArgs, options = {}): Promise<Graph> =>
  graphOf(() => ({ attributes: new ProxiedDatabase("sample", args).attributes }), options);
const invocationOf = (graph: Graph) => graph.one("aws:lambda/invocation:Invocation", "sample-manager-on-deploy");
const eventOf = (graph: Graph): ManageEvent => JSON.parse(invocationOf(graph).inputs.input);

describe("the managing function", () => {
  it("makes the user of the functions, who may read and write, unless the program says otherwise", async () => {
    const { users } = eventOf(await graphWith({}));
    assert.deepEqual(Object.keys(users), ["app"]);
    assert.deepEqual(users.app?.grants[0]?.privileges.slice(0, 4), ["SELECT", "SHOW VIEW", "INSERT", "UPDATE"]);
    const own = eventOf(await graphWith({ users: { app: { grants: "read-only" } } })).users;
    assert.deepEqual(own.app?.grants, [{ privileges: ["SELECT", "SHOW VIEW"] }]);
  });

  it("is invoked when it is created, changed or deleted, and tells so by the owner whose users these are", async () => {
    const graph = await graphWith({});
    assert.equal(invocationOf(graph).inputs.lifecycleScope, "CRUD");
    const { owner, onDelete } = eventOf(graph);
    assert.deepEqual([owner, onDelete], ["project/test/sample", "try"]);
  });

  it("drops the users at the end where the database stays", async () => {
    const graph = await graphWith({ vpc, database: { existing } });
    assert.equal(eventOf(graph).onDelete, "drop");
  });

  it("gets what the server stores of a password, sealed, and the key in its environment, so that previews show the rest", async () => {
    const graph = await graphWith({ users: { app: { grants: "read-write", password: "correct-horse-battery" } } });
    const { input } = invocationOf(graph).rawInputs;
    assert.equal(typeof input, "string", "a secret would hide all of the event");
    assert.doesNotMatch(input, /correct-horse|\*[0-9A-F]{40}|\$A\$/);
    const { login } = eventOf(graph).users.app ?? {};
    assert.ok(login && "verifiers" in login && "sealed" in login.verifiers);
    const { MANAGE_KEY } = graph.one("aws:lambda/function:Function", "sample-manager-function").inputs.environment
      .variables;
    assert.deepEqual(opened(login.verifiers, MANAGE_KEY), verifiersOf("app", "correct-horse-battery"));
    assert.throws(() => opened(login.verifiers as never, "another key"), /is not sealed with the key in MANAGE_KEY/);
    assert.deepEqual(
      await graphWith({ users: { app: { grants: "read-write", password: "correct-horse-battery" } } }).then(eventOf),
      eventOf(graph),
    );
  });

  it("is not there when the program makes no users and has no migrations", async () => {
    const graph = await graphWith({ defaultUser: "admin", users: { reporting: {} } });
    assert.deepEqual(graph.all("aws:lambda/function:Function"), []);
    const migrating = await graphWith({ defaultUser: "admin", migrations: "./migrations" });
    assert.deepEqual(Object.keys(eventOf(migrating).migrations ?? {}), ["001-sample.sql"]);
  });

  it("gets the migrations up to the one that the program names, and the names of those that have to be taken back", async () => {
    const folder = "./test/programs/fixtures/migrations";
    const { migrations, undo } = eventOf(await graphWith({ migrations: { folder, to: "001-sample.sql" } }));
    assert.deepEqual([Object.keys(migrations ?? {}), undo], [["001-sample.sql"], ["002-hanako.ts"]]);
    const all = eventOf(await graphWith({ migrations: { folder } }));
    assert.deepEqual([Object.keys(all.migrations ?? {}), all.undo], [["001-sample.sql", "002-hanako.ts"], undefined]);
  });

  it("is announced in previews: users and migrations by name, with grants and without values", async () => {
    const args: ProxiedDatabaseArgs = {
      migrations: { folder: "./test/programs/fixtures/migrations" },
      users: {
        reporting: { grants: [{ privileges: ["SELECT"], on: { table: "orders", database: "shop" }, columns: ["id"] }] },
        owning: { grants: "read-only", keep: true, rotation: 3 },
        theirs: {},
      },
    };
    const contentsOf = (graph: Graph) => graph.one("lambda-rds-proxy:index:ProxiedDatabase").inputs;
    const first = await graphWith(args, { preview: true });
    const { "user app": app, ...others } = contentsOf(first);
    assert.match(app, /^SELECT, SHOW VIEW, .* on the program's database$/);
    assert.deepEqual(Object.keys(others).slice(0, 2), ["migration 001-sample.sql", "migration 002-hanako.ts"]);
    assert.equal(others["user reporting"], "SELECT (id) on table orders of database shop");
    assert.equal(others["user owning"], "SELECT, SHOW VIEW on the program's database, rotation 3, kept at the end");
    assert.equal(others["user theirs"], undefined);
    assert.deepEqual(
      first.notes.map(({ message }) => message),
      [
        "The deployment makes in the database: user app, user reporting, user owning, migration 001-sample.sql, migration 002-hanako.ts.",
      ],
    );
    const existing = await graphWith(args);
    assert.deepEqual(contentsOf(existing), contentsOf(first));
    assert.deepEqual(existing.notes, []);
  });

  it("is in the functions' way to the database: a user's new password is in the database before it is in the secret", async () => {
    const graph = await graphWith({ users: { app: { grants: "read-write", rotation: 2 } } });
    const full = graph.one("aws:secretsmanager/secretVersion:SecretVersion", "sample-app-credentials");
    const end = graph.one("aws:lambda/invocation:Invocation", "sample-manager-end-old-passwords");
    assert.ok(graph.waitsFor(full, invocationOf(graph)));
    assert.ok(graph.waitsFor(end, full));
    assert.deepEqual(end.inputs.triggers, { app: "2" });
    const { keepers } = graph.one("random:index/randomPassword:RandomPassword", "sample-app-password").inputs;
    assert.deepEqual(keepers, { rotation: "2" });
  });

  it("lets Secrets Manager rotate by the calendar with a function that may write these secrets only", async () => {
    const users = { app: { grants: "read-write", rotation: { days: 30 } }, other: { grants: "read-only" } } as const;
    for (const auth of ["password", "iam"] as const) {
      const graph = await graphWith({ auth, egress: "needed", users });
      const rotation = graph.one("aws:secretsmanager/secretRotation:SecretRotation");
      const secret = graph.one("aws:secretsmanager/secret:Secret", "sample-app-credentials");
      const { secretId, rotationRules, rotateImmediately } = rotation.inputs;
      assert.deepEqual(
        [secretId, rotationRules, rotateImmediately],
        [secret.outputs.arn, { automaticallyAfterDays: 30 }, false],
      );
      const permission = graph.one("aws:lambda/permission:Permission");
      assert.deepEqual(
        [permission.inputs.principal, permission.inputs.sourceArn],
        ["secretsmanager.amazonaws.com", secret.outputs.arn],
      );
      assert.ok(graph.waitsFor(rotation, permission));
      assert.ok(graph.waitsFor(rotation, invocationOf(graph)));
      const { policy } = graph.one("aws:iam/rolePolicy:RolePolicy", "sample-rotation-secrets").inputs;
      assert.deepEqual(JSON.parse(policy).Statement, [
        {
          Sid: "RotateSecrets",
          Effect: "Allow",
          Action: [
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
          ],
          Resource: [secret.outputs.arn],
        },
      ]);
      const endpoint = graph.one("aws:ec2/vpcEndpoint:VpcEndpoint", "sample-secretsmanager");
      assert.match(endpoint.inputs.policy, /secretsmanager:PutSecretValue/);
      for (const way of ["sample-proxy:3306", "sample-secretsmanager:443"]) {
        assert.ok(ways(graph).includes(`sample-rotation-function -> ${way}`), `${auth} ${way}`);
      }
      assert.deepEqual(idle(graph), []);
    }
    const without = await graphWith({ users: { app: { grants: "read-write" } } });
    assert.doesNotMatch(without.one("aws:ec2/vpcEndpoint:VpcEndpoint").inputs.policy, /PutSecretValue/);
  });

  it("may use the secrets' own key for rotations", async () => {
    const kmsKeyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/0a1b";
    const users = { app: { grants: "read-write", rotation: { days: 1 } } } as const;
    const graph = await graphWith({ credentials: { kmsKeyArn }, users });
    const { policy } = graph.one("aws:iam/rolePolicy:RolePolicy", "sample-rotation-secrets").inputs;
    const [, key] = JSON.parse(policy).Statement;
    assert.deepEqual([key.Action, key.Resource], [["kms:Decrypt", "kms:GenerateDataKey"], [kmsKeyArn]]);
    assert.deepEqual(key.Condition.StringEquals, { "kms:ViaService": "secretsmanager.ap-northeast-1.amazonaws.com" });
  });

  it("reaches the database itself where the proxy does not let the master user in", async () => {
    const graph = await graphWith({ auth: "iam-end-to-end" });
    const { variables } = graph.one("aws:lambda/function:Function", "sample-manager-function").inputs.environment;
    assert.deepEqual(
      [variables.DB_ENDPOINT, variables.DB_USER, variables.DB_AUTH],
      ["sample-database.rds.test", "admin", "password"],
    );
    assert.deepEqual(eventOf(graph).users.app?.login, { iam: true });
    assert.equal(graph.all("aws:ec2/vpcEndpoint:VpcEndpoint").length, 1);
  });
});

describe("grants are refused in one sentence:", () => {
  const refusals: [grants: unknown, message: RegExp][] = [
    [
      "everything",
      /users\.app\.grants is "everything", but it must be one of "read-only", "read-write", "owner", or a list/,
    ],
    [
      [{ privileges: ["SELECT; DROP DATABASE x"] }],
      /one of users\.app\.grants\[0\]\.privileges is .*, but privileges are words/,
    ],
    [[{ privileges: [] }], /privileges is \[\], but it must be a list of MySQL's words/],
    [[{ privileges: ["GRANT OPTION"] }], /set withGrantOption to true/],
    [[{ privileges: ["ALL"], on: "*.*" }], /RDS lets no user have all privileges on everything/],
    [[{ privileges: "read-only", on: { table: "t" } }], /the short forms are for a whole database/],
    [[{ privileges: ["SELECT"], on: { table: "t", procedure: "p" } }], /one of table, procedure and function at most/],
    [[{ privileges: ["SELECT"], on: { table: "" } }], /on\.table is "", but MySQL's names have 1 to 64 characters/],
    [[{ privileges: ["SELECT"], columns: ["a"] }], /columns belong to a table/],
    [[{ privileges: ["DELETE"], on: { table: "t" }, columns: ["a"] }], /DELETE is not for columns/],
    [[{ privileges: ["SELECT"], on: { table: "t" }, columns: [] }], /it must name one column at least/],
    [[{ privilege: ["SELECT"] }], /privileges is missing/],
  ];
  for (const [grants, message] of refusals) {
    it(JSON.stringify(grants), async () => {
      await assert.rejects(graphWith(untyped({ users: { app: { grants } } })), { name: "ArgumentError", message });
    });
  }

  it("what is for users that the deployment makes, of another user", async () => {
    for (const more of [{ keep: true }, { adopt: true }, { rotation: 1 }]) {
      await assert.rejects(graphWith({ users: { reporting: more } }), /it is for users that the deployment makes/);
    }
    const grants: GrantArgs[] = [];
    const both = { grants, rotation: 1, password: "correct-horse-battery" };
    await assert.rejects(graphWith({ users: { reporting: both } }), /it is for generated passwords/);
    const rotations: [rotation: unknown, message: RegExp][] = [
      [{ days: 0 }, /users\.reporting\.rotation\.days is 0, but it must be .*1.*1000/],
      [{ days: 30, hours: 1 }, /users\.reporting\.rotation\.hours/],
      [{}, /users\.reporting\.rotation\.days is missing/],
      ["30 days", /users\.reporting\.rotation is .*, but it must be a whole number, or \{ days: 30 \}/],
    ];
    for (const [rotation, message] of rotations) {
      await assert.rejects(graphWith(untyped({ users: { reporting: { grants, rotation } } })), { message });
    }
    const endToEnd: ProxiedDatabaseArgs = {
      auth: "iam-end-to-end",
      users: { reporting: { grants, rotation: { days: 1 } } },
    };
    await assert.rejects(graphWith(endToEnd), /with auth "iam-end-to-end" users have no passwords: leave it out/);
  });

  it("a folder of migrations that is not there, or has something else in it", async () => {
    await assert.rejects(
      graphWith({ migrations: "./nowhere" }),
      /migrations is ".\/nowhere", but there is no such folder/,
    );
    await assert.rejects(
      graphWith({ migrations: "./handler" }),
      /a file in migrations is .*, but migrations are called such as 002-orders\.sql/,
    );
    const folder = "./migrations";
    await assert.rejects(
      graphWith({ migrations: { folder, to: "001" } }),
      /migrations\.to is "001", but there is no such/,
    );
    await assert.rejects(graphWith(untyped({ migrations: { to: "1" } })), /migrations\.folder is missing/);
    await assert.rejects(graphWith(untyped({ migrations: 5 })), /migrations is 5, but it must be the path of a folder/);
  });

  it("a migration in TypeScript that requires what is not there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "migrations-"));
    try {
      const path = join(folder, "1-broken.ts");
      writeFileSync(path, 'import "./nowhere";');
      const migration = { name: "1-broken.ts", path, checksum: "", isModule: true, isWanted: true };
      const manage = require.resolve("../../../handler/manage");
      await assert.rejects(packageManager("sample-manager", manage, [migration]), {
        message: /^The migrations of "sample-manager" cannot be packaged: .*Could not resolve "\.\/nowhere"/s,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

import assert from "node:assert/strict";
import { rotate } from "../../local/secretsManager";
import { runOnStandIn } from "./support/runProgram";

const sampleRows = [
  [1, "taro"],
  [2, "hanako"],
];

const places: Record<string, { auth: string; credentials: object; database: object }> = {
  "RDS for MySQL with passwords": { auth: "password", credentials: {}, database: {} },
  "RDS for MariaDB with tokens": { auth: "iam", credentials: {}, database: { engine: "mariadb" } },
  "Aurora with a master password that RDS manages": {
    auth: "password",
    credentials: { managedByRds: true },
    database: { engine: "aurora-mysql" },
  },
  "RDS for MySQL with tokens and a master password that RDS manages": {
    auth: "iam",
    credentials: { managedByRds: true },
    database: {},
  },
  "a database that exists": { auth: "password", credentials: {}, database: { before: "instance" } },
};

describe("users with grants", function () {
  this.timeout(60_000);

  for (const [title, { auth, credentials, database }] of Object.entries(places)) {
    it(`are made before any function uses them, can do what they may, and are dropped at the end: ${title}`, async () => {
      const config = { auth, credentials: JSON.stringify(credentials), database: JSON.stringify(database) };
      const rotated: unknown[] = [];
      const { outputs, log } = await runOnStandIn("managedUsers", {
        config,
        whileUp: async ({ lambda, secretsManager }) => {
          const [secret] = [...secretsManager.secrets.values()].filter(({ rotation }) => rotation !== undefined);
          const [name = ""] = lambda.names.filter((other) => other.startsWith("report-"));
          const before = secret?.value;
          await rotate(secretsManager, secret?.arn ?? "");
          assert.notEqual(secret?.value, before);
          // In the container that knows the old password, and in one that begins with the new one.
          rotated.push(...(await Promise.all([lambda.invoke(name, "{}"), lambda.invoke(name, "{}")])));
        },
      });
      assert.equal(rotated.length, 2);
      for (const outcome of rotated) {
        assert.deepEqual(JSON.parse((outcome as { result: string }).result), outputs.report?.value);
      }
      const { user, rows, write } = outputs.report?.value as Record<string, unknown>;
      assert.equal(user, "reporting@%");
      assert.deepEqual(rows, sampleRows);
      assert.equal(write, 1142);
      const managed = log.filter((line) => line.includes('"Managed the database"'));
      assert.match(managed[0] ?? "", /"created":\["app","writing","reporting"\]/);
      assert.match(managed.at(-1) ?? "", /"dropped":\["app","reporting","writing"\]/);
    });
  }
});

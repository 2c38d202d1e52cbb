import assert from "node:assert/strict";
import type { Combination } from "./fixtures/combinations";
import { runOnStandIn } from "./support/runProgram";

const databases: Record<string, Combination["database"]> = {
  "RDS for MySQL": { engine: "mysql" },
  "RDS for MariaDB": { engine: "mariadb" },
  "Aurora, provisioned": { engine: "aurora-mysql" },
  "Aurora, serverless": { engine: "aurora-mysql", serverless: { minCapacity: 0.5, maxCapacity: 2 } },
  "Aurora, read through the endpoint for readers": { engine: "aurora-mysql", readers: 1 },
  "an existing instance": { before: "instance" },
  "an existing cluster": { before: "cluster" },
};

const credentials: Record<string, Combination["credentials"]> = {
  generated: {},
  given: { password: "Pa55word-of-this-test" },
  managed: { managedByRds: true },
};

describe("the sample rows come back from", function () {
  // Each program has up to six databases.
  this.timeout(120_000);

  for (const [title, database] of Object.entries(databases)) {
    describe(title, () => {
      // The components know the secret of an existing database. They do not know who chose its password.
      const passwords = Object.keys(credentials).filter((key) => !("before" in database && key === "given"));
      const combinations = passwords.flatMap((password) =>
        (["password", "iam"] as const).map((auth): Combination => ({
          name: `${password}-${auth}`,
          auth,
          // The rows come back also where nothing may be sent but what is needed.
          ...(password === "given" && { egress: "needed" }),
          database,
          credentials: credentials[password] ?? {},
        })),
      );
      let rows: Record<string, unknown>;
      before(async () => {
        const { outputs } = await runOnStandIn("combinations", {
          config: { combinations: JSON.stringify(combinations) },
        });
        rows = outputs.rows?.value as Record<string, unknown>;
      });

      for (const { name, auth } of combinations) {
        it(`with a ${name.split("-")[0] ?? ""} password and ${auth} authentication`, () => {
          assert.deepEqual(rows[name], [
            [1, "taro"],
            [2, "hanako"],
          ]);
        });
      }
    });
  }
});

import assert from "node:assert/strict";
import type { Combination } from "./programs/combinations";
import { runOnStandIn } from "./support/runProgram";

const databases: Record<string, Combination["database"]> = {
  "RDS for MySQL": { engine: "mysql" },
  "RDS for MariaDB": { engine: "mariadb" },
  "Aurora, provisioned": { engine: "aurora-mysql" },
  "Aurora, serverless": { engine: "aurora-mysql", serverless: { minCapacity: 0.5, maxCapacity: 2 } },
  "Aurora, read through the endpoint for readers": { engine: "aurora-mysql", readers: 1 },
  "an instance that existed before": { before: "instance" },
  "a cluster that existed before": { before: "cluster" },
};

const credentials: Record<string, Combination["credentials"]> = {
  generated: {},
  given: { password: "Pa55word-of-this-test" },
  managed: { managedByRds: true },
};

type Way = `${string} password, ${Combination["auth"]} authentication`;

const everyWay = Object.keys(credentials).flatMap((password) =>
  (["password", "iam"] as const).map((auth): Way => `${password} password, ${auth} authentication`),
);
/** The ways that have the least in common. */
const twoWays: Way[] = ["generated password, password authentication", "managed password, iam authentication"];

/** What a database is made of decides about its credentials only in whether it is an instance or a cluster. */
const ways: Record<string, Way[]> = { "RDS for MySQL": everyWay, "Aurora, provisioned": everyWay };

describe("the rows come back from", function () {
  // Up to six databases at a time.
  this.timeout(120_000);

  for (const [title, database] of Object.entries(databases)) {
    describe(title, () => {
      const combinations = (ways[title] ?? twoWays).map((way, index): Combination => {
        const [password = "", auth] = way.split(/ password, | authentication/);
        return {
          ...{ name: `way-${index + 1}`, way, auth: auth as Combination["auth"], database },
          credentials: credentials[password] ?? {},
        };
      });
      let rows: Record<string, unknown>;
      before(async () => {
        const { outputs } = await runOnStandIn("combinations", {
          config: { combinations: JSON.stringify(combinations) },
        });
        rows = outputs.rows?.value as Record<string, unknown>;
      });

      for (const { name, way } of combinations) {
        it(`with ${way}`, () => {
          assert.deepEqual(rows[name], [
            [1, "taro"],
            [2, "hanako"],
          ]);
        });
      }
    });
  }
});

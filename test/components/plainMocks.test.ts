import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "../../components";

/** Mocks as Pulumi's guide to unit tests has them: they know no look-up, and no output that the provider computes. */
const setPlainMocks = () =>
  pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: `${name}_id`, state: inputs }),
      call: ({ inputs }) => inputs,
    },
    "shop",
    "test",
    false,
  );

/** The value of an output; undefined where the mocks have none. */
const valueOf = <T>(output: pulumi.Output<T>) => (output as unknown as { promise(): Promise<T> }).promise();

describe("with the mocks of Pulumi's guide, which know nothing of AWS", () => {
  for (const [what, args] of [
    ["the defaults", {}],
    ["an existing VPC", { vpc: { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"], secretsManagerEndpoint: true } }],
    ["a password that RDS manages", { credentials: { managedByRds: true } }],
    ["Aurora with IAM", { database: { engine: "aurora-mysql", readers: 1 }, auth: "iam" }],
    [
      "a bastion, alarms and insights",
      { bastion: true, database: { instanceClass: "db.r7g.large", insights: "standard" } },
    ],
  ] as [string, ProxiedDatabaseArgs][]) {
    it(`a program with ${what} runs to its end`, async () => {
      await setPlainMocks();
      const database = new ProxiedDatabase("orders", args);
      const reader = new ProxyClientFunction("read", { database, callback: () => Promise.resolve([]) });
      assert.equal(await valueOf(reader.function.id), "read-function_id");
      assert.equal(await valueOf(database.nodes.target.id), "orders-proxy_id");
      await pulumi.runtime.disconnect();
    });
  }
});

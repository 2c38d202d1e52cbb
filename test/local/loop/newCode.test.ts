import assert from "node:assert/strict";
import { asset } from "@pulumi/pulumi";
import type { Account } from "../../../local/account";
import { type Catalogue, Deployment, silent, wireInputs } from "../../../local/engine";
import { deployNewCode } from "../../../local/loop/newCode";

const functionType = "aws:lambda/function:Function";
const packageOf = (files: Record<string, string>) =>
  new asset.AssetArchive(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, new asset.StringAsset(text)])),
  );

describe("new code of functions", () => {
  it("goes to the functions that have the old code, as the program itself would give it to them", async () => {
    const updates: string[] = [];
    const catalogue: Catalogue = {
      kind: () => ({
        create: (_inputs, { name }) => ({ id: name, state: {} }),
        update: ({ id }, inputs) => {
          updates.push(id);
          return inputs;
        },
      }),
      call: () => () => ({}),
    };
    const deployment = new Deployment(catalogue, {} as unknown as Account, silent);
    await deployment.create(functionType, "reader", {
      code: packageOf({ "index.js": "one", "extra.js": "x" }),
      timeout: 3,
    });
    await deployment.create(functionType, "writer", { code: packageOf({ "index.js": "two" }) });
    await deployment.create("aws:s3/bucket:Bucket", "bucket", { code: packageOf({ "index.js": "one" }) });

    const before = { "index.js": "one" };
    assert.equal(await deployNewCode(deployment, [{ before, after: before }]), 0);
    assert.equal(await deployNewCode(deployment, [{ before, after: { "index.js": "new", "index.js.map": "{}" } }]), 1);
    assert.deepEqual(updates, ["reader"]);
    const wanted = { "index.js": "new", "index.js.map": "{}", "extra.js": "x" };
    assert.deepEqual(deployment.deployed[0]?.inputs, await wireInputs({ code: packageOf(wanted), timeout: 3 }));
  });
});

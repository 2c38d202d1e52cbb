import assert from "node:assert/strict";
import { catalogue } from "../../../local/kinds";
import { Resources } from "../../../local/provider/resources";
import { Stack } from "../kinds/stack";

const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";

describe("the resources of the stand-in under Pulumi's engine", () => {
  const stack = new Stack();
  let resources: Resources;
  before(() => stack.open());
  beforeEach(() => (resources = new Resources(catalogue, () => stack.account)));
  after(() => stack.close());

  const create = (type: string, name: string, inputs: Record<string, unknown>) =>
    resources.create({ urn: `urn:${name}`, type, name }, inputs, inputs, new AbortController().signal);

  it("vanish together with the one that they belong to", async () => {
    const secret = await create(secretType, "login", {});
    const inputs = { secretId: secret.id, secretString: "value" };
    const versions = [await create(versionType, "one", inputs), await create(versionType, "two", inputs)];
    assert.equal(resources.count, 3);
    await resources.delete(secretType, secret.id);
    for (const { id } of versions) assert.equal(resources.find(versionType, id), undefined);
    assert.equal(resources.count, 0);
    await assert.rejects(
      resources.update(versionType, versions[0]?.id ?? "", inputs, inputs),
      /does not exist any more/,
    );
    // The real provider does not mind either.
    await resources.delete(versionType, versions[0]?.id ?? "");
  });

  it("stay when the account refuses to delete them", async () => {
    const role = await create("aws:iam/role:Role", "role", {
      assumeRolePolicy: '{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"x"}}]}',
    });
    const policy = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    const inline = await create("aws:iam/rolePolicy:RolePolicy", "all", { role: role.id, policy });
    await assert.rejects(resources.delete("aws:iam/role:Role", role.id), /DeleteConflict/);
    assert.equal(resources.count, 2);
    await resources.delete("aws:iam/rolePolicy:RolePolicy", inline.id);
    await resources.delete("aws:iam/role:Role", role.id);
    assert.equal(resources.count, 0);
  });
});

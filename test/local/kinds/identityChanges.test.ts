import assert from "node:assert/strict";
import type { Created } from "../../../local/engine";
import { policy, Stack } from "./stack";

const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/policy:Policy";
const rolePolicyType = "aws:iam/rolePolicy:RolePolicy";
const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const action = "secretsmanager:GetSecretValue";
const trustOf = (service: string) => policy({ Action: "sts:AssumeRole", Principal: { Service: service } });

describe("roles and secrets of the stand-in, when they change", () => {
  const stack = new Stack();
  before(() => stack.open());
  after(() => stack.close());

  const lambda = { assumeRolePolicy: trustOf("lambda.amazonaws.com") };
  const allow = (resource: string) => policy({ Action: action, Resource: resource });
  const sessionOf = ({ state }: Created, service = "lambda.amazonaws.com") =>
    stack.account.iam.assumeRole(String(state.arn), service, "test");
  const mayRead = (role: Created, resource: string) =>
    stack.account.iam.decide(sessionOf(role), { action, resource }) === "allowed";

  it("let another service assume the role, and no longer the one before", async () => {
    const role = await stack.make(roleType, "role", lambda);
    await stack.update(roleType, role, { assumeRolePolicy: trustOf("rds.amazonaws.com") });
    assert.throws(() => sessionOf(role), /cannot be assumed by lambda\.amazonaws\.com/);
    assert.ok(sessionOf(role, "rds.amazonaws.com"));
  });

  it("grant what the role's own policies say now, and leave the others alone", async () => {
    const managed = await stack.make(policyType, "managed", { policy: allow("managed") });
    const role = await stack.make(roleType, "role", {
      ...lambda,
      inlinePolicies: [
        { name: "one", policy: allow("one") },
        { name: "two", policy: allow("two") },
      ],
      managedPolicyArns: [managed.id],
    });
    await stack.make(rolePolicyType, "other", { role: role.id, policy: allow("other") });
    const readable = () => ["one", "two", "three", "managed", "other"].filter((resource) => mayRead(role, resource));
    assert.deepEqual(readable(), ["one", "two", "managed", "other"]);
    const inlinePolicies = [{ name: "two", policy: allow("three") }];
    await stack.update(roleType, role, { ...lambda, inlinePolicies, managedPolicyArns: [] });
    assert.deepEqual(readable(), ["three", "other"]);
    await stack.update(roleType, role, lambda);
    assert.deepEqual(readable(), ["three", "other"]);
  });

  it("grant what the newest version of a policy says, which goes only after its attachments", async () => {
    const role = await stack.make(roleType, "role", lambda);
    const managed = await stack.make(policyType, "managed", { policy: allow("one") });
    const attachment = await stack.make(attachmentType, "attachment", { role: role.id, policyArn: managed.id });
    assert.equal(attachment.id, `${role.id}/${managed.id}`);
    await stack.update(policyType, managed, { policy: allow("two") });
    assert.deepEqual([mayRead(role, "one"), mayRead(role, "two")], [false, true]);
    await assert.rejects(
      stack.remove(policyType, managed),
      /DeleteConflict: Cannot delete a policy attached to entities/,
    );
    await assert.rejects(
      stack.remove(roleType, role),
      /DeleteConflict: Cannot delete entity, must detach all policies/,
    );
    await stack.remove(attachmentType, attachment);
    await stack.remove(policyType, managed);
    await stack.remove(roleType, role);
  });

  it("take their policies with them when a role says so", async () => {
    const role = await stack.make(roleType, "role", { ...lambda, forceDetachPolicies: true });
    const inline = await stack.make(rolePolicyType, "inline", { role: role.id, policy: allow("x") });
    const managed = await stack.make(policyType, "managed", { policy: allow("x") });
    const attachment = await stack.make(attachmentType, "attachment", { role: role.id, policyArn: managed.id });
    await stack.remove(roleType, role);
    assert.deepEqual([stack.exists(rolePolicyType, inline), stack.exists(attachmentType, attachment)], [false, false]);
    await stack.remove(rolePolicyType, inline);
    await stack.remove(attachmentType, attachment);
  });

  it("are refused under a name that is taken", async () => {
    await stack.make(roleType, "role", { ...lambda, name: "taken" });
    await assert.rejects(stack.make(roleType, "role", { ...lambda, name: "taken" }), /EntityAlreadyExists/);
    await stack.make(secretType, "secret", { name: "taken" });
    await assert.rejects(stack.make(secretType, "secret", { name: "taken" }), /already exists/);
  });

  it("encrypt a secret with its new key", async () => {
    const secret = await stack.make(secretType, "secret", { description: "Old" });
    await stack.make(versionType, "value", { secretId: secret.id, secretString: "value" });
    const role = await stack.make(roleType, "role", {
      ...lambda,
      inlinePolicies: [{ name: "read", policy: allow(secret.id) }],
    });
    const read = () => stack.account.secretsManager.read(secret.id, sessionOf(role)).value;
    assert.equal(read(), "value");
    const key = "arn:aws:kms:ap-northeast-1:123456789012:key/1";
    const { description, arn } = await stack.update(secretType, secret, { kmsKeyId: key });
    assert.deepEqual([description, arn], [undefined, secret.id]);
    assert.throws(read, /is not authorized to perform: kms:Decrypt/);
    await stack.update(secretType, secret, {});
    assert.equal(read(), "value");
  });

  it("move the labels of a secret's versions, and the current one never goes", async () => {
    const secret = await stack.make(secretType, "secret", {});
    const inputs = (secretString: string) => ({ secretId: secret.id, secretString });
    const first = await stack.make(versionType, "first", inputs("first"));
    const second = await stack.make(versionType, "second", inputs("second"));
    const value = () => stack.account.secretsManager.secrets.get(secret.id)?.value;
    assert.equal(value(), "second");
    const { versionStages } = await stack.update(versionType, first, {
      ...inputs("first"),
      versionStages: ["AWSCURRENT", "blue"],
    });
    assert.deepEqual([value(), versionStages], ["first", ["AWSCURRENT", "blue"]]);
    await stack.update(versionType, first, { ...inputs("first"), versionStages: ["green"] });
    assert.equal(value(), "first");
    await stack.remove(versionType, second);
    assert.ok(!stack.exists(versionType, second));
    await stack.remove(versionType, first);
    assert.equal(value(), "first");
  });

  it("take all versions of a secret with it", async () => {
    const secret = await stack.make(secretType, "secret", {});
    const inputs = { secretId: secret.id, secretString: "value" };
    const versions = [await stack.make(versionType, "a", inputs), await stack.make(versionType, "b", inputs)];
    await stack.remove(secretType, secret);
    assert.deepEqual(
      versions.map((version) => stack.exists(versionType, version)),
      [false, false],
    );
  });
});

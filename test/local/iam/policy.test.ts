import assert from "node:assert/strict";
import { Iam } from "../../../local/iam";
import { evaluate, parsePolicy } from "../../../local/iam/policy";

const action = "secretsmanager:GetSecretValue";
const resource = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf";
const viaSecretsManager = { "kms:ViaService": "secretsmanager.ap-northeast-1.amazonaws.com" };

/** The decision of a policy with these statements on reading the secret. */
function decide(statements: object | object[], context?: Record<string, string>): string {
  const document = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }));
  return evaluate([document], { action, resource, ...(context && { context }) });
}

describe("IAM's evaluation of policies", () => {
  for (const [title, statement, decision] of [
    ["allows what a statement names", { Action: [action], Resource: [resource] }, "allowed"],
    ["accepts a single value instead of a list", { Action: action, Resource: resource }, "allowed"],
    [
      "takes wildcards",
      { Action: "secretsmanager:Get*", Resource: "arn:aws:secretsmanager:*:*:secret:db-??????" },
      "allowed",
    ],
    [
      "does not treat a name as a prefix without a wildcard",
      { Action: "secretsmanager:Get", Resource: "*" },
      "not allowed",
    ],
    ["ignores upper and lower case in actions", { Action: action.toLowerCase(), Resource: "*" }, "allowed"],
    [
      "distinguishes upper and lower case in resources",
      { Action: "*", Resource: resource.toUpperCase() },
      "not allowed",
    ],
    [
      "treats a dot as a dot only",
      { Action: "*", Resource: resource.replace("db-AbCdEf", "db.AbCdEf") },
      "not allowed",
    ],
    ["does not allow other resources", { Action: action, Resource: `${resource}x` }, "not allowed"],
    ["allows every action but NotAction", { NotAction: "s3:*", Resource: "*" }, "allowed"],
    ["does not allow NotAction itself", { NotAction: action, Resource: "*" }, "not allowed"],
    ["does not allow NotResource", { Action: "*", NotResource: resource }, "not allowed"],
    ["does not allow anything without a resource", { Action: "*" }, "not allowed"],
  ] as const) {
    it(title, () => {
      assert.equal(decide({ Effect: "Allow", ...statement }), decision);
    });
  }

  it("allows nothing that no statement names", () => {
    assert.equal(evaluate([], { action, resource }), "not allowed");
  });

  it("lets a denial win, wherever it is", () => {
    const everything = { Effect: "Allow", Action: "*", Resource: "*" };
    assert.equal(decide([everything, { Effect: "Deny", Action: action, Resource: resource }]), "explicitly denied");
    assert.equal(decide([{ Effect: "Deny", Action: "s3:*", Resource: "*" }, everything]), "allowed");
  });

  for (const [title, condition, decision] of [
    ["holds when the value is equal", { StringEquals: viaSecretsManager }, "allowed"],
    [
      "holds for one of several values",
      { StringEquals: { "kms:ViaService": ["x", ...Object.values(viaSecretsManager)] } },
      "allowed",
    ],
    [
      "ignores upper and lower case in keys",
      { StringEquals: { "KMS:viaservice": Object.values(viaSecretsManager) } },
      "allowed",
    ],
    [
      "fails for another value",
      { StringEquals: { "kms:ViaService": "rds.ap-northeast-1.amazonaws.com" } },
      "not allowed",
    ],
    ["fails for a key that the request lacks", { StringEquals: { "aws:SourceVpc": "vpc-1" } }, "not allowed"],
    [
      "holds by IfExists for a key that the request lacks",
      { StringEqualsIfExists: { "aws:SourceVpc": "vpc-1" } },
      "allowed",
    ],
    ["holds when the value is like the pattern", { StringLike: { "kms:ViaService": "secretsmanager.*" } }, "allowed"],
    ["fails by StringNotEquals", { StringNotEquals: viaSecretsManager }, "not allowed"],
    [
      "holds only as a whole",
      { StringEquals: viaSecretsManager, StringLike: { "kms:ViaService": "rds.*" } },
      "not allowed",
    ],
    [
      "never grants with an operator that it does not know",
      { DateGreaterThan: { "kms:ViaService": "2020-01-01" } },
      "not allowed",
    ],
  ] as const) {
    it(`finds that a condition ${title}`, () => {
      const statement = { Effect: "Allow", Action: "*", Resource: "*", Condition: condition };
      assert.equal(decide(statement, viaSecretsManager), decision);
    });
  }

  it("keeps a denial whose condition it cannot understand", () => {
    const denial = { Effect: "Deny", Action: "*", Resource: "*", Condition: { IpAddress: { "kms:ViaService": "x" } } };
    assert.equal(
      decide([{ Effect: "Allow", Action: "*", Resource: "*" }, denial], viaSecretsManager),
      "explicitly denied",
    );
  });

  it("refuses text that is not a policy document, as IAM does", () => {
    for (const text of ["", "{", "{}", `{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}`]) {
      assert.throws(() => parsePolicy(text), /^Error: MalformedPolicyDocument: /, text);
    }
  });
});

describe("IAM's roles", () => {
  const trust = JSON.stringify({
    Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "rds.amazonaws.com" } },
  });
  const policy = JSON.stringify({ Statement: { Effect: "Allow", Action: action, Resource: resource } });
  const roleArn = "arn:aws:iam::123456789012:role/proxy";

  function createRole(): Iam {
    const iam = new Iam("123456789012");
    iam.createRole("proxy", roleArn, trust);
    return iam;
  }

  it("can be assumed by the services that they trust, and by no others", () => {
    const iam = createRole();
    assert.equal(iam.assumeRole(roleArn, "rds.amazonaws.com", "x").roleName, "proxy");
    assert.throws(
      () => iam.assumeRole(roleArn, "lambda.amazonaws.com", "x"),
      /proxy cannot be assumed by lambda\.amazonaws\.com/,
    );
    assert.throws(() => iam.assumeRole(`${roleArn}x`, "rds.amazonaws.com", "x"), /There is no role/);
  });

  it("allow what their inline policies allow, as long as these exist", () => {
    const iam = createRole();
    const session = iam.assumeRole(roleArn, "rds.amazonaws.com", "x");
    assert.equal(iam.decide(session, { action, resource }), "not allowed");
    iam.putRolePolicy("proxy", "read", policy);
    assert.equal(iam.decide(session, { action, resource }), "allowed");
    iam.deleteRolePolicy("proxy", "read");
    assert.equal(iam.decide(session, { action, resource }), "not allowed");
  });

  it("allow what managed policies allow", () => {
    const iam = createRole();
    const session = iam.assumeRole(roleArn, "rds.amazonaws.com", "x");
    iam.attachRolePolicy("proxy", "arn:aws:iam::aws:policy/SecretsManagerReadWrite");
    assert.equal(iam.decide(session, { action, resource }), "allowed");
    assert.equal(iam.decide(session, { action: "rds-db:connect", resource }), "not allowed");
  });

  it("accept no policy that does not exist in the account", () => {
    const arn = "arn:aws:iam::123456789012:policy/mine";
    const iam = createRole();
    assert.throws(() => {
      iam.attachRolePolicy("proxy", arn);
    }, /NoSuchEntity: Policy .*mine does not exist/);
  });

  it("grant nothing once they are deleted", () => {
    const iam = createRole();
    iam.putRolePolicy("proxy", "read", policy);
    const session = iam.assumeRole(roleArn, "rds.amazonaws.com", "x");
    assert.throws(() => {
      iam.deleteRole("proxy");
    }, /DeleteConflict: Cannot delete entity, must delete policies first: read/);
    assert.equal(iam.decide(session, { action, resource }), "allowed");
    iam.deleteRolePolicy("proxy", "read");
    iam.deleteRole("proxy");
    assert.equal(iam.decide(session, { action, resource }), "not allowed");
    assert.throws(() => iam.assumeRole(roleArn, "rds.amazonaws.com", "x"), /There is no role/);
  });
});

import assert from "node:assert/strict";
import { Agent } from "node:https";
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { Iam, type Session } from "../../../local/iam";
import { SecretsManager } from "../../../local/secretsManager";
import { CertificateAuthority } from "../../../local/tls";

const region = "ap-northeast-1";
const roleArn = "arn:aws:iam::123456789012:role/reader";
const secretArn = `arn:aws:secretsmanager:${region}:123456789012:secret:db-AbCdEf`;
const keyArn = `arn:aws:kms:${region}:123456789012:key/1`;
const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };

describe("Secrets Manager, asked by the AWS SDK", () => {
  const authority = new CertificateAuthority();
  let iam: Iam;
  let secretsManager: SecretsManager;
  let session: Session;
  let port: number;
  const clients: SecretsManagerClient[] = [];

  beforeEach(async () => {
    iam = new Iam("123456789012");
    iam.createRole("reader", roleArn, JSON.stringify({ Statement: trust }));
    session = iam.assumeRole(roleArn, "lambda.amazonaws.com", "function");
    secretsManager = new SecretsManager(region, iam);
    secretsManager.create(secretArn, "db");
    ({ port } = await secretsManager.listen(authority.issue(["localhost"])));
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await secretsManager.close();
  });

  function client(
    overrides: Partial<Session> = {},
    ca: string | undefined = authority.certificate,
  ): SecretsManagerClient {
    const client = new SecretsManagerClient({
      region,
      endpoint: `https://localhost:${port}`,
      credentials: { ...session, ...overrides },
      requestHandler: { httpsAgent: new Agent({ ca }) },
      maxAttempts: 1,
    });
    clients.push(client);
    return client;
  }

  function allow(action: string, resource: string, condition?: object): void {
    const statement = { Effect: "Allow", Action: action, Resource: resource, Condition: condition };
    iam.putRolePolicy("reader", action, JSON.stringify({ Statement: statement }));
  }

  const get = (id = secretArn) => new GetSecretValueCommand({ SecretId: id });

  it("makes a secret's first value the current one, and a later one only if its labels say so", () => {
    const stages = (value: string, labels?: string[]) => [...secretsManager.putValue(secretArn, value, labels).stages];
    const value = () => secretsManager.secrets.get(secretArn)?.value;
    assert.deepEqual(stages("first", ["initial"]), ["AWSCURRENT", "initial"]);
    assert.deepEqual([stages("second"), value()], [["AWSCURRENT"], "second"]);
    assert.deepEqual([stages("again", ["initial"]), value()], [["initial"], "second"]);
  });

  it("returns the current value to a role that may read it, by ARN and by name", async () => {
    allow("secretsmanager:GetSecretValue", secretArn);
    secretsManager.putValue(secretArn, "old");
    const { id: versionId } = secretsManager.putValue(secretArn, `{"password":"日本語"}`);
    const answer = await client().send(get());
    assert.deepEqual(
      { ARN: answer.ARN, Name: answer.Name, SecretString: answer.SecretString, VersionId: answer.VersionId },
      { ARN: secretArn, Name: "db", SecretString: `{"password":"日本語"}`, VersionId: versionId },
    );
    assert.ok(answer.CreatedDate instanceof Date);
    assert.equal((await client().send(get("db"))).SecretString, `{"password":"日本語"}`);
  });

  it("returns the previous value, and the value of a version, to a role that asks for it", async () => {
    allow("secretsmanager:GetSecretValue", secretArn);
    const { id: VersionId } = secretsManager.putValue(secretArn, "first");
    secretsManager.putValue(secretArn, "second");
    const read = async (choice: object) =>
      (await client().send(new GetSecretValueCommand({ SecretId: secretArn, ...choice }))).SecretString;
    assert.equal(await read({ VersionStage: "AWSPREVIOUS" }), "first");
    assert.equal(await read({ VersionId }), "first");
    secretsManager.putValue(secretArn, "third");
    assert.equal(await read({ VersionStage: "AWSPREVIOUS" }), "second");
    // The first value has no label any more.
    await assert.rejects(read({ VersionId }), { name: "ResourceNotFoundException" });
  });

  it("keeps the name of a deleted secret until its recovery window ends", () => {
    secretsManager.delete(secretArn, 7);
    assert.throws(() => secretsManager.create(secretArn, "db"), /already scheduled for deletion/);
    secretsManager.create(`${secretArn}2`, "other");
    assert.throws(() => secretsManager.create(`${secretArn}3`, "other"), { name: "ResourceExistsException" });
    secretsManager.delete(`${secretArn}2`, 0);
    assert.doesNotThrow(() => secretsManager.create(`${secretArn}3`, "other"));
  });

  it("denies a role without a policy, and names role, action and secret", async () => {
    secretsManager.putValue(secretArn, "value");
    await assert.rejects(client().send(get()), (error: Error) => {
      assert.equal(error.name, "AccessDeniedException");
      assert.match(
        error.message,
        /assumed-role\/reader\/function is not authorized to perform: secretsmanager:GetSecretValue/,
      );
      return true;
    });
  });

  it("requires kms:Decrypt through Secrets Manager when a customer managed key encrypts the secret", async () => {
    allow("secretsmanager:GetSecretValue", secretArn);
    const secret = secretsManager.secrets.get(secretArn);
    assert.ok(secret);
    secret.kmsKeyArn = keyArn;
    secretsManager.putValue(secretArn, "value");
    await assert.rejects(client().send(get()), { name: "AccessDeniedException" });
    allow("kms:Decrypt", keyArn, { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } });
    assert.equal((await client().send(get())).SecretString, "value");
  });

  it("does not find a secret that does not exist, or that has no value yet", async () => {
    allow("secretsmanager:GetSecretValue", "*");
    await assert.rejects(client().send(get("other")), { name: "ResourceNotFoundException" });
    await assert.rejects(client().send(get()), { name: "ResourceNotFoundException" });
  });

  it("refuses a client with an unknown access key, or with another session token", async () => {
    const answer = { name: "UnrecognizedClientException" };
    await assert.rejects(client({ accessKeyId: "ASIA0000000000000000" }).send(get()), answer);
    await assert.rejects(client({ sessionToken: "stolen" }).send(get()), answer);
  });

  it("refuses a client that has the access key but not its secret", async () => {
    await assert.rejects(client({ secretAccessKey: "guessed" }).send(get()), { name: "InvalidSignatureException" });
  });

  it("describes a secret without its value", async () => {
    allow("secretsmanager:DescribeSecret", secretArn);
    secretsManager.putValue(secretArn, "value");
    const answer = await client().send(new DescribeSecretCommand({ SecretId: secretArn }));
    assert.equal(answer.Name, "db");
    assert.doesNotMatch(JSON.stringify(answer), /"value"/);
  });

  it("answers that it does not know other operations", async () => {
    const command = new DeleteSecretCommand({ SecretId: secretArn });
    await assert.rejects(client().send(command), { name: "UnknownOperationException" });
  });

  it("is not trusted by a client that does not trust the run's certificate authority", async () => {
    await assert.rejects(client({}, new CertificateAuthority().certificate).send(get()), /certificate/);
  });
});

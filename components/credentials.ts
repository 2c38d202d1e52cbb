import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { DatabaseServer } from "./instance";
import type { Scope } from "./scope";

/** Length of a generated password. RDS for MySQL takes 8 to 41 characters. */
const passwordLength = 32;

/** The password that was given, or a generated one; a secret either way. */
export function masterPassword(scope: Scope, given: pulumi.Input<string> | undefined): pulumi.Output<string> {
  if (given !== undefined) return pulumi.secret(given);
  // Letters and digits only: RDS refuses some of the other characters, and 32 of these are beyond guessing anyway.
  const generated = scope.create(random.RandomPassword, "password", { length: passwordLength, special: false });
  return pulumi.secret(generated.result);
}

/** The secret that holds the database's credentials, and which key encrypts it. */
export interface CredentialsSecret {
  arn: pulumi.Output<string>;
  keyArn: pulumi.Output<string>;
}

/**
 * Creates the secret, still without a value: the proxy needs only its ARN, and so need not wait for the database whose
 * host name is part of the value.
 */
export function createSecret(scope: Scope, recoveryWindowInDays: number): CredentialsSecret {
  const secret = scope.create(aws.secretsmanager.Secret, "credentials", {
    description: `Credentials with which RDS Proxy logs in to ${scope.name}`,
    recoveryWindowInDays,
    tags: scope.tags,
  });
  const key = aws.kms.getKeyOutput({ keyId: "alias/aws/secretsmanager" }, scope.lookup);
  return { arn: secret.arn, keyArn: key.arn };
}

/** Gives the secret its value: the six keys that the RDS console writes for a database's credentials. */
export function writeSecret(
  scope: Scope,
  secret: CredentialsSecret,
  server: DatabaseServer,
  username: string,
  password: pulumi.Output<string>,
): pulumi.Resource {
  return scope.create(aws.secretsmanager.SecretVersion, "credentials", {
    secretId: secret.arn,
    secretString: pulumi.secret(
      pulumi.jsonStringify({
        username,
        password,
        engine: "mysql",
        host: server.address,
        port: server.port,
        dbInstanceIdentifier: server.identifier,
      }),
    ),
  });
}

/** Lets its bearer read the secret. */
export function readStatement(secret: CredentialsSecret): aws.types.input.iam.PolicyStatement {
  return { Sid: "GetSecretValue", Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [secret.arn] };
}

/** Lets its bearer decrypt the secret: for Secrets Manager only, not for a ciphertext that came from elsewhere. */
export function decryptStatement(scope: Scope, secret: CredentialsSecret): aws.types.input.iam.PolicyStatement {
  const { region } = aws.getRegionOutput({}, scope.lookup);
  return {
    Sid: "DecryptSecretValue",
    Effect: "Allow",
    Action: ["kms:Decrypt"],
    Resource: [secret.keyArn],
    Condition: { StringEquals: { "kms:ViaService": pulumi.interpolate`secretsmanager.${region}.amazonaws.com` } },
  };
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Scope } from "../base/scope";
import type { DatabaseServer } from "../database/server";

/** Length of a generated password. RDS takes 8 to 41 characters. */
const passwordLength = 32;

/** A password that was given, or a generated one; a secret either way. */
export function passwordOf(scope: Scope, key: string, given: pulumi.Output<string> | undefined): pulumi.Output<string> {
  if (given !== undefined) return given;
  // Letters and digits only: RDS refuses some of the other characters, and 32 of these are beyond guessing anyway.
  const generated = scope.create(random.RandomPassword, key, { length: passwordLength, special: false });
  return pulumi.secret(generated.result);
}

/** How secrets are kept, the same for all of a database. */
export interface SecretSettings {
  recoveryWindowInDays: number;
  /** A customer-managed key, if one encrypts them. */
  kmsKeyArn: pulumi.Input<string> | undefined;
}

/**
 * Creates a secret, still without a value: the proxy needs only its ARN, and so need not wait for the database whose
 * host name is part of the value.
 */
export function createSecret(
  scope: Scope,
  key: string,
  username: string,
  settings: SecretSettings,
): pulumi.Output<string> {
  const secret = scope.create(aws.secretsmanager.Secret, key, {
    description: `Credentials of ${username}, with which RDS Proxy logs in to ${scope.name}`,
    recoveryWindowInDays: settings.recoveryWindowInDays,
    kmsKeyId: settings.kmsKeyArn,
    tags: scope.tags,
  });
  return secret.arn;
}

/** Gives a secret its value: the six keys that the RDS console writes for a database's credentials. */
export function writeSecret(
  scope: Scope,
  key: string,
  secretArn: pulumi.Output<string>,
  server: DatabaseServer,
  username: string,
  password: pulumi.Output<string>,
): pulumi.Resource {
  return scope.create(aws.secretsmanager.SecretVersion, key, {
    secretId: secretArn,
    secretString: pulumi.secret(
      pulumi.jsonStringify({
        username,
        password,
        // What a rotation function takes this for: a cluster's engine is not the name that RDS has for it.
        engine: server.engine === "mariadb" ? "mariadb" : "mysql",
        host: server.address,
        port: server.port,
        ...server.identifier,
      }),
    ),
  });
}

/** Lets its bearer read these secrets. */
export function readStatement(secretArns: pulumi.Input<string>[]): aws.types.input.iam.PolicyStatement {
  return { Sid: "GetSecretValue", Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: secretArns };
}

/** Lets its bearer decrypt secrets: for Secrets Manager only, not for a ciphertext that came from elsewhere. */
export function decryptStatement(scope: Scope, keyArn: pulumi.Input<string>): aws.types.input.iam.PolicyStatement {
  const { region } = aws.getRegionOutput({}, scope.lookup);
  return {
    Sid: "DecryptSecretValue",
    Effect: "Allow",
    Action: ["kms:Decrypt"],
    Resource: [keyArn],
    Condition: { StringEquals: { "kms:ViaService": pulumi.interpolate`secretsmanager.${region}.amazonaws.com` } },
  };
}

/** The key that encrypts secrets for which no other was chosen. */
export function defaultKeyArn(scope: Scope): pulumi.Output<string> {
  return aws.kms.getKeyOutput({ keyId: "alias/aws/secretsmanager" }, scope.lookup).arn;
}

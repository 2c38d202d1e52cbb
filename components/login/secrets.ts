import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Scope } from "../base/scope";
import type { DatabaseServer } from "../database/server";

/** Length of a generated password. RDS takes 8 to 41 characters. */
const passwordLength = 32;

/** The given password, or a generated one. Both are secrets. */
export function passwordOf(scope: Scope, key: string, given: pulumi.Output<string> | undefined): pulumi.Output<string> {
  if (given !== undefined) return given;
  // Letters and digits only: RDS refuses some of the other characters, and nobody can guess 32 of these.
  const generated = scope.create(random.RandomPassword, key, { length: passwordLength, special: false });
  return pulumi.secret(generated.result);
}

/** How the secrets of a database are kept. */
export interface SecretSettings {
  recoveryWindowInDays: number;
  /** A customer-managed key, if one encrypts them. */
  kmsKeyArn: pulumi.Input<string> | undefined;
}

/**
 * Creates a secret, still without a value. The proxy needs only its ARN, so the proxy need not wait for the database, whose
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
        engine: server.engine.secretEngine,
        host: server.address,
        port: server.port,
        ...server.identifier,
      }),
    ),
  });
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Scope } from "../base/scope";
import type { Engine } from "../database/engines";
import type { DatabaseServer } from "../database/server";

/** Length of a generated password. RDS takes 8 to 41 characters. */
const passwordLength = 32;

/** The given password, or a generated one. Both are secrets. */
export function passwordOf(
  scope: Scope,
  key: string,
  given: pulumi.Output<string> | undefined,
  rotation?: number,
): pulumi.Output<string> {
  if (given !== undefined) return given;
  // Letters and digits only: RDS refuses some of the other characters, and nobody can guess 32 of these.
  const generated = scope.create(random.RandomPassword, key, {
    length: passwordLength,
    special: false,
    ...(rotation !== undefined && { keepers: { rotation: String(rotation) } }),
  });
  return pulumi.secret(generated.result);
}

/** How the secrets of a database are kept. */
export interface SecretSettings {
  recoveryWindowInDays: number;
  /** A customer-managed key, if one encrypts them. */
  kmsKeyArn: pulumi.Input<string> | undefined;
}

/** Creates a secret, still without a value. */
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

/** A user whose secret gets a value. */
export interface SecretUser {
  username: string;
  password: pulumi.Output<string>;
}

/** Option for all versions of secrets: they go with their secret, and removing their labels one by one could fail. */
const kept: pulumi.CustomResourceOptions = { retainOnDelete: true };

/**
 * Gives a secret its first value: what is known before the database has an address. The proxy needs the user and the password
 * only, and AWS asks for a secret that has them before the proxy is created.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-secrets-arns.html
 *
 * A secret's first version becomes the current one, whatever its labels are. Its own label keeps it from becoming that again:
 * AWS moves only the labels that a new version names. So neither a refresh nor a version that was made anew brings back this
 * incomplete value, and `ignoreChanges` keeps a new password for {@link completeSecret}, which waits for the database.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export function startSecret(
  scope: Scope,
  key: string,
  secretArn: pulumi.Output<string>,
  { username, password }: SecretUser,
  engine: Engine,
): pulumi.Resource {
  return scope.create(
    aws.secretsmanager.SecretVersion,
    `${key}-initial`,
    {
      secretId: secretArn,
      secretString: pulumi.secret(pulumi.jsonStringify({ username, password, engine: engine.secretEngine })),
      versionStages: ["initial"],
    },
    { ...kept, ignoreChanges: ["secretString", "versionStages"] },
  );
}

/**
 * Gives a secret its full value: the six keys that the RDS console writes for a database's credentials. It names no label, so
 * it becomes the current version when it is written, and never later: a rotation from outside stays in force.
 *
 * @param after what has to be there first: the initial value, and of a user that the deployment makes the database's own knowledge of
 *   the password
 */
export function completeSecret(
  scope: Scope,
  key: string,
  secretArn: pulumi.Output<string>,
  { username, password }: SecretUser,
  server: DatabaseServer,
  after: pulumi.Resource[],
): pulumi.Resource {
  return scope.create(
    aws.secretsmanager.SecretVersion,
    key,
    {
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
    },
    { ...kept, dependsOn: after },
  );
}

import type * as pulumi from "@pulumi/pulumi";
import type { ProxiedDatabaseSettings } from "../arguments";
import type { Scope } from "../base/scope";
import type { DatabaseServer, MasterUser } from "../database/server";
import type { DatabaseUser } from "./auth";
import { createSecret, passwordOf, writeSecret } from "./secrets";

/** The users that can log in through the proxy, the one that functions use by default first. */
export interface ProxyUsers {
  users: DatabaseUser[];
  /** ARN of the secret of the master user. */
  masterSecretArn: pulumi.Output<string>;
  /** What has to be there before the proxy can log in with the secrets. */
  values: pulumi.Resource[];
}

/** The master user; without a password where somebody else keeps it: RDS, or who made an existing database. */
export function masterUser(scope: Scope, { username, credentials, database }: ProxiedDatabaseSettings): MasterUser {
  const isKeptElsewhere = credentials.managedByRds || database.kind === "existing";
  return {
    username,
    password: isKeptElsewhere ? undefined : passwordOf(scope, "password", credentials.password),
    kmsKeyArn: credentials.kmsKeyArn,
  };
}

/** Creates the users' secrets. With end-to-end IAM only the master user has one, which the proxy has no use for. */
export function createUsers(
  scope: Scope,
  server: DatabaseServer,
  master: MasterUser,
  { users: others, auth, durability }: ProxiedDatabaseSettings,
): ProxyUsers {
  const values: pulumi.Resource[] = [];
  const secretWith = (key: string, username: string, password: pulumi.Output<string>): pulumi.Output<string> => {
    const arn = createSecret(scope, key, username, {
      recoveryWindowInDays: durability.secretRecoveryWindowInDays,
      kmsKeyArn: master.kmsKeyArn,
    });
    values.push(writeSecret(scope, key, arn, server, username, password));
    return arn;
  };
  const masterSecretArn =
    master.password === undefined ? server.secretArn : secretWith("credentials", master.username, master.password);
  if (auth === "iam-end-to-end") {
    return { users: others.map(({ name }) => ({ name, secretArn: undefined })), masterSecretArn, values };
  }
  const users = others.map(({ name, password }) => ({
    name,
    secretArn: secretWith(`${name}-credentials`, name, passwordOf(scope, `${name}-password`, password)),
  }));
  return { users: [{ name: master.username, secretArn: masterSecretArn }, ...users], masterSecretArn, values };
}

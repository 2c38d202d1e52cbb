import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { DatabaseServer, MasterUser } from "../database/server";
import type { CredentialsSettings, UserSettings } from "./arguments";
import type { AuthMode, DatabaseUser } from "./auth";
import { completeSecret, createSecret, passwordOf, startSecret } from "./secrets";

/** The users that can log in through the proxy. The first one is the one that functions use by default. */
export interface ProxyUsers {
  users: DatabaseUser[];
  /** ARN of the secret of the master user. */
  masterSecretArn: pulumi.Output<string>;
  /** The secrets' first values, which have to be there before the proxy. */
  initialValues: pulumi.Resource[];
  /** The secrets' full values. */
  values: pulumi.Resource[];
}

/**
 * The master user, without a password where somebody else keeps it: RDS, or the owner of an existing database.
 *
 * @param isExisting whether the database exists already
 */
export function masterUser(
  scope: Scope,
  username: string,
  credentials: CredentialsSettings,
  isExisting: boolean,
): MasterUser {
  const isKeptElsewhere = credentials.managedByRds || isExisting;
  return {
    username,
    password: isKeptElsewhere ? undefined : passwordOf(scope, "password", credentials.password),
    kmsKeyArn: credentials.kmsKeyArn,
  };
}

/** What the secrets of the users depend on. */
export interface UsersContext {
  server: DatabaseServer;
  master: MasterUser;
  auth: AuthMode;
  /** Days for which a deleted secret can be brought back. */
  recoveryWindowInDays: number;
}

/** Creates the users' secrets. With end-to-end IAM only the master user has one, which the proxy has no use for. */
export function createUsers(
  scope: Scope,
  others: UserSettings[],
  { server, master, auth, recoveryWindowInDays }: UsersContext,
): ProxyUsers {
  const values: pulumi.Resource[] = [];
  const initialValues: pulumi.Resource[] = [];
  const secretWith = (key: string, username: string, password: pulumi.Output<string>): pulumi.Output<string> => {
    const arn = createSecret(scope, key, username, { recoveryWindowInDays, kmsKeyArn: master.kmsKeyArn });
    const initial = startSecret(scope, key, arn, { username, password }, server.engine);
    initialValues.push(initial);
    values.push(completeSecret(scope, key, arn, { username, password }, server, initial));
    return arn;
  };
  const masterSecretArn =
    master.password === undefined ? server.secretArn : secretWith("credentials", master.username, master.password);
  if (auth === "iam-end-to-end") {
    return {
      users: others.map(({ name }) => ({ name, auth, secretArn: undefined })),
      masterSecretArn,
      initialValues,
      values,
    };
  }
  const users = others.map(({ name, password, auth: own }) => ({
    name,
    auth: own ?? auth,
    secretArn: secretWith(`${name}-credentials`, name, passwordOf(scope, `${name}-password`, password)),
  }));
  return {
    users: [{ name: master.username, auth, secretArn: masterSecretArn }, ...users],
    masterSecretArn,
    initialValues,
    values,
  };
}

import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { DatabaseServer, MasterUser } from "../database/server";
import type { CredentialsSettings, UserSettings } from "./arguments";
import type { AuthMode, DatabaseUser } from "./auth";
import { completeSecret, createSecret, passwordOf, type SecretUser, startSecret } from "./secrets";

/** The users that can log in through the proxy. */
export interface ProxyUsers {
  users: DatabaseUser[];
  /** ARN of the secret of the master user. */
  masterSecretArn: pulumi.Output<string>;
  /** The secrets' first values, which have to be there before the proxy. */
  initialValues: pulumi.Resource[];
  /** The secrets' full values, but those of users that the managing function makes. */
  values: pulumi.Resource[];
  /**
   * Gives the other secrets their full values. A new password has to be in the database before it is in the secret: until then the
   * proxy and its clients go on with the old one, which the database takes as well.
   *
   * @param managed the invocation of the managing function
   */
  completeManaged: (managed: pulumi.Resource) => pulumi.Resource[];
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
  const later: ((managed: pulumi.Resource) => pulumi.Resource)[] = [];
  const secretWith = (key: string, user: SecretUser, isManaged: boolean): pulumi.Output<string> => {
    const arn = createSecret(scope, key, user.username, { recoveryWindowInDays, kmsKeyArn: master.kmsKeyArn });
    const initial = startSecret(scope, key, arn, user, server.engine);
    const complete = (...after: pulumi.Resource[]) =>
      completeSecret(scope, key, arn, user, server, [initial, ...after]);
    initialValues.push(initial);
    if (isManaged) later.push(complete);
    else values.push(complete());
    return arn;
  };
  const masterSecretArn =
    master.password === undefined
      ? server.secretArn
      : secretWith("credentials", { username: master.username, password: master.password }, false);
  const userOf = ({ name, managed, ...settings }: UserSettings): DatabaseUser => {
    if (auth === "iam-end-to-end") {
      return {
        name,
        auth,
        secretArn: undefined,
        managed: managed && { ...managed, rotation: undefined, rotationDays: undefined, password: undefined },
      };
    }
    const password = passwordOf(scope, `${name}-password`, settings.password, settings.rotation);
    return {
      name,
      auth: settings.auth ?? auth,
      secretArn: secretWith(`${name}-credentials`, { username: name, password }, managed !== undefined),
      managed: managed && { ...managed, rotation: settings.rotation, rotationDays: settings.rotationDays, password },
    };
  };
  const users = others.map(userOf);
  const masterAsUser = { name: master.username, auth, secretArn: masterSecretArn };
  return {
    users: auth === "iam-end-to-end" ? users : [masterAsUser, ...users],
    masterSecretArn,
    initialValues,
    values,
    completeManaged: (managed) => later.map((complete) => complete(managed)),
  };
}

import * as pulumi from "@pulumi/pulumi";
import type { Fields } from "../base/fields";
import { checkKeyArn } from "../base/names";
import { hidden, isOutput, type Validator } from "../base/validator";

/** A generated or given password, in a secret of the stack with the six keys that the RDS console writes. */
export interface GeneratedCredentials {
  managedByRds?: false | undefined;
  /**
   * Password of the master user, 8 to 41 printable ASCII characters other than `/`, `"`, `@` and space. Take it from secret
   * configuration. The component keeps it secret in any case.
   * @default 32 random letters and digits
   */
  password?: pulumi.Input<string> | undefined;
  /**
   * ARN of a customer-managed key that encrypts the secrets. The proxy and the functions are allowed `kms:Decrypt` with it.
   * The key's own policy has to leave that decision to IAM, as the default policy does.
   * @default AWS's own key for Secrets Manager
   */
  kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** A password that RDS makes, keeps in a secret of its own and rotates every 7 days. It is never in Pulumi's state. */
export interface ManagedCredentials {
  managedByRds: true;
  password?: undefined;
  /** See {@link GeneratedCredentials.kmsKeyArn}. */
  kmsKeyArn?: pulumi.Input<string> | undefined;
}

export type CredentialsArgs = GeneratedCredentials | ManagedCredentials;

/** A further database user. */
export interface UserArgs {
  /**
   * How clients log in as this user, where it differs from the database's `auth`.
   * @default the database's `auth`
   */
  auth?: "password" | "iam" | undefined;
  /**
   * The user's password, of the same form as the master user's.
   * @default a generated one
   */
  password?: pulumi.Input<string> | undefined;
}

/** Where the master user's password comes from, checked. */
export type CredentialsSettings = ReturnType<typeof normalizeCredentials>;
export type UserSettings = ReturnType<typeof normalizeUsers>[number];

export function normalizeCredentials(args: Fields<{ credentials?: CredentialsArgs | undefined }>, username: string) {
  const given = args.object<CredentialsArgs>("credentials");
  const managedByRds = given.boolean("managedByRds", false);
  if (managedByRds && given.value("password") !== undefined) {
    given.check.refuse(
      "credentials.password",
      hidden,
      "RDS makes the password when managedByRds is true: leave out one of them",
    );
  }
  const settings = {
    managedByRds,
    /** Undefined when it is to be generated, or when RDS makes it. */
    password: checkPassword(given, username),
    kmsKeyArn: checkKeyArn(given, "kmsKeyArn"),
  };
  given.end();
  return settings;
}

/**
 * The proxy's role names the secret of every user in its policies, which have 10,240 characters at most. So many fit in with
 * the longest names. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const mostUsers = 60;

export function normalizeUsers(
  args: Fields<{ users?: Record<string, UserArgs> | undefined; auth?: unknown }>,
  username: string,
) {
  const { check } = args;
  const users = Object.keys(args.record("users", "users by their names, such as { reporting: {} }") ?? {});
  const rule = `the proxy's policies have room for ${mostUsers}: let clients share users`;
  if (users.length > mostUsers) check.refuse("the number of users", users.length, rule);
  return users.map((name) => {
    checkUsername(check, "users", name);
    if (name === username) check.refuse("users", name, "that is the master user's name already: choose another one");
    const given = args.object<Record<string, UserArgs>>("users").object<UserArgs>(name);
    const auth = given.oneOf("auth", ["password", "iam"], undefined);
    if (auth !== undefined && args.value("auth") === "iam-end-to-end") {
      given.refuse("auth", 'the database\'s auth is "iam-end-to-end", which holds for all users: leave it out');
    }
    const settings = { name, auth, password: checkPassword(given, name) };
    given.end();
    return settings;
  });
}

/**
 * Users that RDS and RDS Proxy create themselves, and words that mean something else in MySQL.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_MySQL.html
 */
const reservedUsernames = new Set([
  "rdsadmin",
  "rdsproxyadmin",
  "rdsrepladmin",
  "rdsgrprepladmin",
  "rdstopmgr",
  "rds_superuser_role",
  "public",
  "none",
  "current_user",
  "session_user",
  "user",
  "select",
  "grant",
]);

/** @param longest 16 for a master user that RDS creates, or the 32 that MySQL takes */
export function checkUsername(check: Validator, argument: string, name: unknown, longest: 16 | 32 = 32): string {
  const form = new RegExp(`^[A-Za-z][A-Za-z0-9_]{0,${longest - 1}}$`);
  const rule = `it must begin with a letter and have up to ${longest} letters, digits and underscores`;
  const kept = "RDS, RDS Proxy or MySQL keeps that name for itself: choose another one";
  return check.notReserved(argument, check.matching(argument, name, form, rule), reservedUsernames, kept);
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const form = /^(?=[!-~]{8,41}$)[^/"@]*$/;
const passwordRule = 'it must have 8 to 41 printable ASCII characters other than / " @ and space';

/**
 * A password that is known when the program is written is checked at once. One that comes as an output is checked as soon as
 * it is known. The message never has the password in it.
 */
function checkPassword(given: Fields<{ password?: unknown }>, username: string): pulumi.Output<string> | undefined {
  const password = given.value("password");
  if (password === undefined) return undefined;
  const argument = given.name("password");
  const checked = (text: unknown): string => {
    if (typeof text !== "string" || !form.test(text)) return given.check.refuse(argument, hidden, passwordRule);
    if (!isWeak(text, username)) return text;
    const rule = "it can be guessed: do not repeat a few characters or the user's name in it";
    return given.check.refuse(argument, hidden, rule);
  };
  if (!isOutput(password)) return pulumi.secret(checked(password));
  return pulumi.secret(password as pulumi.Input<string>).apply(checked);
}

/** A password of very few different characters, or one that is mostly the user's name. */
function isWeak(password: string, username: string): boolean {
  const rest = password.toLowerCase().replaceAll(username.toLowerCase(), "");
  return new Set(password).size < 4 || rest.length < 4 || /^pass(word)?\d*!?$/i.test(password);
}

import * as pulumi from "@pulumi/pulumi";
import { hidden, type Validator } from "../base/validator";

/** A password that is made here or given, in a secret of the stack with the six keys that the RDS console writes. */
export interface GeneratedCredentials {
  /**
   * Password of the master user, 8 to 41 printable ASCII characters other than `/`, `"`, `@` and space. Pass secret
   * config; the component keeps it secret either way.
   * @default 32 random letters and digits
   */
  password?: pulumi.Input<string> | undefined;
  /**
   * ARN of a customer-managed key that encrypts the secrets. The proxy and the functions are granted `kms:Decrypt` with it;
   * the key's own policy has to leave such decisions to IAM, as the default policy does.
   * @default AWS's own key for Secrets Manager
   */
  kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** A password that RDS makes, keeps in a secret of its own and rotates every 7 days. It is never in Pulumi's state. */
export interface ManagedCredentials {
  managedByRds: true;
  /** See {@link GeneratedCredentials.kmsKeyArn}. */
  kmsKeyArn?: pulumi.Input<string> | undefined;
}

export type CredentialsArgs = GeneratedCredentials | ManagedCredentials;

/** A further database user. */
export interface UserArgs {
  /**
   * The user's password, of the same form as the master user's.
   * @default a generated one
   */
  password?: pulumi.Input<string> | undefined;
}

/** Where the master user's password comes from, checked. */
export interface CredentialsSettings {
  managedByRds: boolean;
  /** Undefined when it is to be generated, or RDS's business. */
  password: pulumi.Output<string> | undefined;
  kmsKeyArn: pulumi.Input<string> | undefined;
}

export interface UserSettings {
  name: string;
  password: pulumi.Output<string> | undefined;
}

export function normalizeCredentials(check: Validator, args: CredentialsArgs, username: string): CredentialsSettings {
  const { password, managedByRds = false } = args as GeneratedCredentials & Partial<ManagedCredentials>;
  if (managedByRds && password !== undefined) {
    check.refuse(
      "credentials.password",
      hidden,
      "RDS makes the password when managedByRds is true: leave out one of them",
    );
  }
  checkKey(check, "credentials.kmsKeyArn", args.kmsKeyArn);
  return check.noOther("a key of credentials", args, {
    managedByRds,
    password: password === undefined ? undefined : checkPassword(check, "credentials.password", password, username),
    kmsKeyArn: args.kmsKeyArn,
  });
}

/** The ARN of a key, which policies name it by. */
export function checkKey(check: Validator, argument: string, arn: pulumi.Input<string> | undefined): void {
  if (arn === undefined) return;
  const rule = "policies take neither the id of a key nor an alias: give the ARN of the key itself";
  check.matchingIfPlain(argument, arn, /^arn:[a-z-]+:kms:[^:]*:[^:]*:key\//, rule);
}

/**
 * So many as the policies of the proxy's role can name the secrets of, at the longest of names: 10,240 characters.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const mostUsers = 60;

export function normalizeUsers(check: Validator, users: Record<string, UserArgs>, username: string): UserSettings[] {
  const count = Object.keys(users).length;
  if (count > mostUsers) {
    check.refuse(
      "the number of users",
      count,
      `the proxy's policies have room for ${mostUsers}: let clients share users`,
    );
  }
  return Object.entries(users).map(([name, user]) => {
    const { password } = user;
    checkUsername(check, "users", name);
    check.noOther(`a key of users.${name}`, user, { password });
    if (name === username) check.refuse("users", name, "that is the master user's name already: choose another one");
    const checked = password === undefined ? undefined : checkPassword(check, `users.${name}.password`, password, name);
    return { name, password: checked };
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

/** RDS takes shorter names for a master user that it creates than MySQL does for users. */
export function checkUsername(check: Validator, argument: string, name: string, longest: 16 | 32 = 32): string {
  check.matching(
    argument,
    name,
    new RegExp(`^[A-Za-z][A-Za-z0-9_]{0,${longest - 1}}$`),
    `it must begin with a letter and have up to ${longest} letters, digits and underscores`,
  );
  return check.notReserved(
    argument,
    name,
    reservedUsernames,
    "RDS, RDS Proxy or MySQL keeps that name for itself: choose another one",
  );
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const form = /^(?=[!-~]{8,41}$)[^/"@]*$/;
const passwordRule = 'it must have 8 to 41 printable ASCII characters other than / " @ and space';

/**
 * A password that is known when the program is written is checked at once, one that comes from elsewhere as soon as it is
 * known. The message never has the password in it.
 */
function checkPassword(
  check: Validator,
  argument: string,
  password: pulumi.Input<string>,
  username: string,
): pulumi.Output<string> {
  const checked = (text: string): string => {
    if (!form.test(text)) check.refuse(argument, hidden, passwordRule);
    if (isWeak(text, username)) {
      check.refuse(argument, hidden, "it can be guessed: do not repeat a few characters or the user's name in it");
    }
    return text;
  };
  if (typeof password === "string") return pulumi.secret(checked(password));
  return pulumi.secret(password).apply(checked);
}

/** A password of very few different characters, or one that is mostly the user's name. */
function isWeak(password: string, username: string): boolean {
  const rest = password.toLowerCase().replaceAll(username.toLowerCase(), "");
  return new Set(password).size < 4 || rest.length < 4 || /^pass(word)?\d*!?$/i.test(password);
}

import * as pulumi from "@pulumi/pulumi";
import type { Fields } from "../base/fields";
import { checkKeyArn } from "../base/names";
import { hidden, isOutput, isRecord, type Validator } from "../base/validator";
import { type GrantArgs, type GrantForm, grantsOf, normalizeGrants } from "./grants";

/** A generated or given password, in a secret of the stack with the six keys that the RDS console writes. */
export interface GeneratedCredentials {
  /** Left out, or false. @default false */
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
  /** Whether RDS manages the password. */
  managedByRds: true;
  /** RDS makes it. */
  password?: undefined;
  /** See {@link GeneratedCredentials.kmsKeyArn}. */
  kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** Where the master user's password comes from. */
export type CredentialsArgs = GeneratedCredentials | ManagedCredentials;

/** Rotations that Secrets Manager does. */
export interface RotationArgs {
  /** Days between two rotations, 1 to 1000. */
  days: number;
}

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
  /**
   * What the user may do. With it, the deployment itself makes the user in the database, keeps it at exactly these privileges, and
   * drops it when the program no longer names it.
   *
   * - `"read-only"`, `"read-write"` or `"owner"` of the program's database (schema): see {@link GrantForm};
   * - or a list for anything that MySQL's GRANT takes: `[{ privileges: ["SELECT"], on: { table: "orders" } }]`.
   *
   * @default the user is made by somebody else, who grants it what it needs
   */
  grants?: GrantForm | GrantArgs[] | undefined;
  /**
   * Whether the user stays in the database when the program no longer names it. It needs `grants`.
   * @default false
   */
  keep?: boolean | undefined;
  /**
   * Whether to take over a user of that name that somebody else has made: it gets this program's password and privileges. Needed once;
   * without it, such a user is left alone and the deployment fails. It needs `grants`.
   * @default false
   */
  adopt?: boolean | undefined;
  /**
   * New passwords for the user. The old one stays good until everything has the new one. It needs `grants`.
   *
   * - Any whole number: another one than before gives the user a new generated password in that deployment.
   * - `{ days: 30 }`: Secrets Manager gives the user a new password every so many days, 1 to 1000, with a function that the component
   *   makes.
   *
   * @default the password stays as it is
   */
  rotation?: number | RotationArgs | undefined;
}

/** Where the master user's password comes from, checked. */
export type CredentialsSettings = ReturnType<typeof normalizeCredentials>;
export type UserSettings = ReturnType<typeof normalizeUsers>[number];

/** What decides who functions log in as. */
interface WithUsers {
  users?: Record<string, UserArgs> | undefined;
  defaultUser?: string | undefined;
  auth?: unknown;
}

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

export function normalizeUsers(args: Fields<WithUsers>, username: string) {
  const { check } = args;
  const users = Object.keys(args.record("users", "users by their names, such as { reporting: {} }") ?? {});
  return users.map((name) => {
    checkUsername(check, "users", name);
    if (name === username) check.refuse("users", name, "that is the master user's name already: choose another one");
    const given = args.object<Record<string, UserArgs>>("users").object<UserArgs>(name);
    const auth = given.oneOf("auth", ["password", "iam"], undefined);
    if (auth !== undefined && args.value("auth") === "iam-end-to-end") {
      given.refuse("auth", 'the database\'s auth is "iam-end-to-end", which holds for all users: leave it out');
    }
    const password = checkPassword(given, name);
    const settings = {
      name,
      auth,
      password,
      ...checkRotation(given, args.value("auth")),
      managed: checkManaged(given),
    };
    given.end();
    return settings;
  });
}

/**
 * The users, with the one that functions log in as by default. It comes first among them, and may write the program's database
 * (schema) where the program does not say what it may do.
 */
export function withDefaultUser(args: Fields<WithUsers>, users: UserSettings[], username: string) {
  const { check } = args;
  const given = args.value("defaultUser");
  const known = [username, ...users.map(({ name }) => name)];
  const defaultUser =
    given === undefined ? (username === "app" ? "application" : "app") : check.oneOf("defaultUser", given, known);
  const made: UserSettings = {
    name: defaultUser,
    auth: undefined,
    password: undefined,
    rotation: undefined,
    rotationDays: undefined,
    managed: { grants: grantsOf("read-write"), keep: false, adopt: false },
  };
  const all = known.includes(defaultUser) ? users : [made, ...users];
  const most = mostUsers - (all.length - users.length);
  const rule = `the proxy's policies have room for ${most}${most < mostUsers ? ` beside ${defaultUser}` : ""}: let clients share users`;
  if (users.length > most) check.refuse("the number of users", users.length, rule);
  return { users: all, defaultUser };
}

/** What the deployment sees to of a user that it makes itself; undefined for one that somebody else makes. */
function checkManaged(given: Fields<UserArgs>) {
  const grants = normalizeGrants(given);
  const rest = { keep: given.boolean("keep", false), adopt: given.boolean("adopt", false) };
  if (grants !== undefined) return { grants, ...rest };
  const rule =
    "it is for users that the deployment makes, which are those with grants: give the user grants, or leave it out";
  for (const key of ["keep", "adopt", "rotation"] as const) if (given.value(key) !== undefined) given.refuse(key, rule);
  return undefined;
}

function checkRotation(
  given: Fields<UserArgs>,
  auth: unknown,
): { rotation: number | undefined; rotationDays: number | undefined } {
  const value = given.value("rotation");
  if (value !== undefined && given.value("password") !== undefined) {
    given.refuse(
      "rotation",
      "it is for generated passwords, and this user has one of its own: change that, or leave it out",
    );
  }
  if (!isRecord(value)) {
    if (value !== undefined && typeof value !== "number") {
      given.refuse("rotation", "it must be a whole number, or { days: 30 }");
    }
    const limits = { min: 0, max: Number.MAX_SAFE_INTEGER, unit: "rotations" };
    return { rotation: given.number("rotation", limits, undefined), rotationDays: undefined };
  }
  const schedule = given.object<RotationArgs>("rotation");
  const days = schedule.number("days", { min: 1, max: 1000, unit: "days" }, undefined);
  if (days === undefined) schedule.refuse("days", "it must be a number of days from 1 to 1000");
  schedule.end();
  if (auth === "iam-end-to-end") {
    given.refuse("rotation", 'with auth "iam-end-to-end" users have no passwords: leave it out');
  }
  return { rotation: undefined, rotationDays: days };
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

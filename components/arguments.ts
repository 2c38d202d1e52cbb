import type * as pulumi from "@pulumi/pulumi";
import { checkBoundary } from "./base/boundary";
import { Fields } from "./base/fields";
import { checkComponentName, checkDatabaseName, checkLowerCase } from "./base/names";
import { checkOverrides, type Override } from "./base/override";
import { checkTags, type Tags } from "./base/scope";
import { Validator } from "./base/validator";
import { type DatabaseArgs, type DatabaseSettings, isCluster, normalizeDatabase } from "./database/arguments";
import { checkProtection, type DurabilityArgs, normalizeDurability } from "./database/durability";
import { type MigrationsArgs, readMigrations } from "./database/migrations";
import {
  checkUsername,
  type CredentialsArgs,
  normalizeCredentials,
  normalizeUsers,
  type UserArgs,
  withDefaultUser,
} from "./login/arguments";
import { type AuthMode, authModes } from "./login/auth";
import { type ExistingVpc, normalizeVpc } from "./network/arguments";
import { checkEgress, type Egress } from "./network/egress";
import { type AlarmArgs, normalizeAlarms } from "./proxy/alarmArguments";
import { normalizeProxy, type ProxyArgs } from "./proxy/arguments";

/**
 * Arguments of {@link ProxiedDatabase}. Every one has a default. Unless its remarks say otherwise, a change is made in place and
 * interrupts nothing.
 */
export interface ProxiedDatabaseArgs {
  /**
   * An existing VPC to build in.
   * @default a new VPC with public and isolated subnets in two availability zones, and no NAT gateway
   * @remarks Another VPC replaces database and proxy: the data is lost, unless it comes from a snapshot.
   * @example { vpcId: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"] }
   */
  vpc?: ExistingVpc | undefined;
  /**
   * The database itself: an RDS instance, an Aurora cluster, or one that exists already.
   * @default an RDS for MySQL instance
   * @example { engine: "aurora-mysql", serverless: { minCapacity: 0.5, maxCapacity: 8 } }
   */
  database?: DatabaseArgs | undefined;
  /**
   * Name of the database (schema) that is created and that functions work in: a letter, then up to 63 letters, digits
   * or underscores. A database that exists, or that comes from a snapshot, may have any name that MySQL takes. Names of
   * MySQL's own databases are refused.
   * @default "test"
   * @remarks Another name replaces the database.
   */
  databaseName?: string | undefined;
  /**
   * Name of the master user, or with `database.existing` of the user in its secret: a letter, then up to 15 letters, digits
   * or underscores. The name of a user that exists may have 31 of them. Names that RDS and RDS Proxy keep for themselves are
   * refused.
   * @default "admin"
   * @remarks Another name replaces the database.
   */
  username?: string | undefined;
  /**
   * Where the master user's password comes from.
   * @default a generated password in a secret of the stack
   * @example { password: config.requireSecret("password") }
   */
  credentials?: CredentialsArgs | undefined;
  /**
   * Database users, 60 at most, that can log in through the proxy, by their names. Each gets a secret of its own. The deployment makes
   * those that have `grants`, and keeps them at exactly these privileges: `users: { reporting: { grants: "read-only" } }`. You have to
   * create the others in the database: `create user reporting identified by '<the password in its secret>'`.
   * @default the user `app`, if functions log in as it: see `defaultUser`
   * @example { reporting: { grants: "read-only" }, jobs: { auth: "iam", grants: "owner" } }
   */
  users?: Record<string, UserArgs> | undefined;
  /**
   * Folder with migrations: files with SQL, or in TypeScript with functions `up` and `down`, that the deployment applies once each, in the
   * order of their names, before anything else uses the database. Its path is relative to the folder with Pulumi.yaml. With
   * `{ folder, to }`, only those up to the file `to`. docs/users-and-migrations.md says what a file may contain.
   * @default none
   * @example "./migrations"
   */
  migrations?: string | MigrationsArgs | undefined;
  /**
   * User that functions log in as, unless they name another one: one of `users`, or the master user. The master user may do
   * everything in the database, so leave it to the deployment and to people.
   * @default "app", which the deployment makes with read and write rights on `databaseName`, unless `users` says otherwise; "application"
   *   where the master user is called app
   */
  defaultUser?: string | undefined;
  /**
   * How clients log in, and what follows from it: the proxy's setting, what {@link ProxiedDatabase.grantConnect} grants,
   * the environment of functions, and whether they need a way to Secrets Manager.
   *
   * - `"password"`: with the password, which functions read from the secret.
   * - `"iam"`: with a token that IAM checks. The proxy logs in to the database with the secret, which only it can read.
   * - `"iam-end-to-end"`: as `"iam"`, but the proxy too logs in to the database with a token, so it needs no secret. RDS's
   *   master user cannot log in like that. So the deployment reaches the database itself, and not the proxy, to make users. A user
   *   without `grants` you have to create yourself, with `create user lambda identified with AWSAuthenticationPlugin as 'RDS'`.
   * @default "password"
   * @remarks A change goes in place. Functions that run keep their sessions, and log in anew with their next version.
   */
  auth?: AuthMode | undefined;
  /**
   * Settings of the proxy itself.
   * @default the defaults of each setting
   */
  proxy?: ProxyArgs | undefined;
  /**
   * Whether to create a bastion: an EC2 instance from which people can reach the database. They reach it through Session
   * Manager.
   * @default false
   */
  bastion?: boolean | undefined;
  /**
   * Alarms on the proxy's metrics, and a dashboard.
   * @default none
   * @example { topicArn: topic.arn }
   */
  alarms?: AlarmArgs | undefined;
  /**
   * What happens to the data when the stack is destroyed. A `"disposable"` database vanishes with its stack. A `"durable"`
   * one has a standby, is protected from deletion, keeps 7 days of backups and leaves a final snapshot. RDS makes changes that
   * could interrupt it in its maintenance window.
   * @default "disposable"
   * @example { like: "durable", backupRetentionInDays: 35 }
   */
  durability?: DurabilityArgs | undefined;
  /**
   * What the proxy and the database may send: everything, or only what they need. The proxy needs the database's port, and
   * Secrets Manager's endpoint where there is one here. A database needs nothing. Whether RDS Proxy reads its secrets through the
   * VPC is not documented, so `"needed"` without such an endpoint is unverified.
   * @default "all"
   */
  egress?: Egress | undefined;
  /**
   * ARN of a policy that limits what the roles of the component may do at most (a permissions boundary).
   * @default none
   */
  permissionsBoundary?: pulumi.Input<string> | undefined;
  /**
   * Changes to the resources that the component creates, made with {@link override}.
   * @default none
   * @example [override(aws.rds.Instance, { caCertIdentifier: "rds-ca-rsa4096-g1" })]
   */
  overrides?: Override[] | undefined;
  /**
   * Tags for every resource that can carry tags.
   * @default none
   */
  tags?: Tags | undefined;
}

/** The arguments with defaults filled in and every value checked. */
export type ProxiedDatabaseSettings = ReturnType<typeof normalize>;

type Given = Fields<ProxiedDatabaseArgs>;

/** @throws ArgumentError at the first argument that cannot work */
export function normalize(name: string, args: ProxiedDatabaseArgs | undefined) {
  const check = new Validator(`ProxiedDatabase "${name}"`);
  checkLowerCase(check, checkComponentName(check, name));
  const given = new Fields(check, "", args);
  const auth = given.oneOf("auth", authModes, "password");
  const durability = normalizeDurability(given, isCluster(given));
  const database = normalizeDatabase(given, {
    durability,
    requireTls: given.object<ProxyArgs>("proxy").value("requireTls") !== false,
  });
  const vpc = normalizeVpc(given);
  if (database.kind === "existing") checkExisting(given);
  const isNew = database.kind !== "existing" && database.snapshotIdentifier === undefined;
  const username = checkMasterUsername(given, isNew);
  const { users, defaultUser } = withDefaultUser(given, normalizeUsers(given, username), username);
  checkEndToEnd(given, auth, database, defaultUser === username);
  const withTokens = auth !== "password" || users.some((user) => user.auth === "iam");
  const proxy = normalizeProxy(given, { database, withTokens, hasVpc: vpc !== undefined });
  const credentials =
    database.kind === "existing"
      ? { managedByRds: false, password: undefined, kmsKeyArn: database.kmsKeyArn }
      : normalizeCredentials(given, username);
  if (database.kind === "instance" && database.blueGreenUpdate && credentials.managedByRds) {
    const rule = "RDS copies no database whose password it manages: set credentials.managedByRds to false first";
    check.refuse("database.blueGreenUpdate", true, rule);
  }
  const settings = {
    /** For what can be checked only when more is known. */
    check,
    vpc,
    database,
    databaseName: checkDatabaseName(given, isNew),
    username,
    credentials,
    users,
    defaultUser,
    migrations: readMigrations(given),
    auth,
    proxy,
    bastion: given.boolean("bastion", false),
    alarms: normalizeAlarms(given, proxy),
    durability,
    egress: checkEgress(given),
    permissionsBoundary: checkBoundary(given),
    overrides: checkOverrides(given),
    tags: checkTags(given),
  };
  given.end();
  checkProtection(check, durability, settings.overrides);
  return settings;
}

/** What is missing for a database that exists already, or makes no sense with it. */
function checkExisting(given: Given): void {
  if (given.value("vpc") === undefined) {
    given.refuse("vpc", "database.existing has to be in it: give the VPC and subnets of that database");
  }
  const credentials = given.record("credentials", "arguments");
  if (credentials === undefined) return;
  given.check.refuse("credentials", Object.keys(credentials), "database.existing has its secret: leave it out");
}

/** RDS takes shorter names for a master user that it creates than MySQL does for users. */
function checkMasterUsername(given: Given, isNew: boolean): string {
  const name = given.value("username");
  return checkUsername(given.check, "username", name === undefined ? "admin" : name, isNew ? 16 : 32);
}

/** What end-to-end IAM takes: a user who can log in with a token, and a database that a policy can name. */
function checkEndToEnd(given: Given, auth: AuthMode, database: DatabaseSettings, isMaster: boolean): void {
  if (auth !== "iam-end-to-end") return;
  if (isMaster) {
    const rule =
      'auth is "iam-end-to-end", and the master user cannot log in with a token: name one of users, or leave it out';
    given.refuse("defaultUser", rule);
  }
  if (database.kind === "existing" && database.resourceId === undefined) {
    const rule = 'the proxy\'s role needs it with auth "iam-end-to-end": give it';
    given.check.refuse("database.existing.resourceId", undefined, rule);
  }
}

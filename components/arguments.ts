import { checkComponentName, checkDatabaseName, checkLowerCase } from "./base/names";
import type { Override } from "./base/override";
import type { Tags } from "./base/scope";
import { Validator } from "./base/validator";
import { type DatabaseArgs, type DatabaseSettings, normalizeDatabase } from "./database/arguments";
import { type Durability, type DurabilityArgs, normalizeDurability } from "./database/durability";
import {
  checkUsername,
  type CredentialsArgs,
  type CredentialsSettings,
  normalizeCredentials,
  normalizeUsers,
  type UserArgs,
  type UserSettings,
} from "./login/arguments";
import { type AuthMode, authModes } from "./login/auth";
import { checkVpc, type ExistingVpc } from "./network/arguments";
import { type AlarmArgs, type AlarmSettings, normalizeAlarms } from "./proxy/alarmArguments";
import { normalizeProxy, type ProxyArgs, type ProxySettings } from "./proxy/arguments";

/** Arguments of {@link ProxiedDatabase}. Every one has a default. */
export interface ProxiedDatabaseArgs {
  /**
   * An existing VPC to build in.
   * @default a new VPC with public and isolated subnets in two availability zones, and no NAT gateway
   */
  vpc?: ExistingVpc | undefined;
  /**
   * The database itself: an RDS instance, an Aurora cluster, or one that exists already.
   * @default an RDS for MySQL instance
   */
  database?: DatabaseArgs | undefined;
  /**
   * Name of the database (schema) that is created and that functions work in: a letter, then up to 63 letters, digits
   * or underscores; any name that MySQL takes where the database exists or comes from a snapshot. Names of MySQL's own
   * databases are refused.
   * @default "test"
   */
  databaseName?: string | undefined;
  /**
   * Name of the master user, or with `database.existing` of the user in its secret: a letter, then up to 15 letters, digits
   * or underscores, or up to 31 where the user exists. Names that RDS and RDS Proxy keep for themselves are refused.
   * @default "admin"
   */
  username?: string | undefined;
  /**
   * Where the master user's password comes from.
   * @default a generated password in a secret of the stack
   */
  credentials?: CredentialsArgs | undefined;
  /**
   * Further database users, 60 at most, that can log in through the proxy, by their names; each gets a secret of its own. They
   * have to be created in the database by you: `create user reporting identified by '<the password in its secret>'`, by a
   * function that logs in as the master user and may read that secret, or by way of the bastion. With `auth: "iam"` functions
   * have no way to the secret: use the bastion.
   * @default none
   */
  users?: Record<string, UserArgs> | undefined;
  /**
   * How clients log in, and what follows from it: the proxy's setting, what {@link ProxiedDatabase.grantConnect} grants,
   * the environment of functions, and whether they need a way to Secrets Manager.
   *
   * - `"password"`: with the password, which functions read from the secret.
   * - `"iam"`: with a token that IAM checks. The proxy logs in to the database with the secret, which only it can read.
   * - `"iam-end-to-end"`: as `"iam"`, and the proxy too logs in to the database with a token, so it needs no secret. RDS's
   *   master user cannot do that: name others in `users` and create them, for example from the bastion, with
   *   `create user lambda identified with AWSAuthenticationPlugin as 'RDS'`. Functions log in as the first of them.
   * @default "password"
   */
  auth?: AuthMode | undefined;
  /** Settings of the proxy itself. */
  proxy?: ProxyArgs | undefined;
  /**
   * Whether to create a bastion: an EC2 instance, reached through Session Manager, from which people can reach the database.
   * @default false
   */
  bastion?: boolean | undefined;
  /**
   * Alarms on the proxy's metrics, and a dashboard.
   * @default none
   */
  alarms?: AlarmArgs | undefined;
  /**
   * What happens to the data when the stack is destroyed. A `"disposable"` database vanishes with its stack; a `"durable"`
   * one has a standby, is protected from deletion, keeps 7 days of backups, leaves a final snapshot, and is changed in its
   * maintenance window where a change could interrupt it.
   * @default "disposable"
   */
  durability?: DurabilityArgs | undefined;
  /** Changes to the resources that the component creates, made with {@link override}. */
  overrides?: Override[] | undefined;
  /** Tags for every resource that can carry tags. */
  tags?: Tags | undefined;
}

/** The arguments with defaults filled in and every value checked. */
export interface ProxiedDatabaseSettings {
  /** For what can be checked only when more is known. */
  check: Validator;
  vpc: ExistingVpc | undefined;
  database: DatabaseSettings;
  databaseName: string;
  username: string;
  credentials: CredentialsSettings;
  users: UserSettings[];
  auth: AuthMode;
  proxy: ProxySettings;
  bastion: boolean;
  alarms: AlarmSettings | undefined;
  durability: Durability;
  overrides: Override[];
  tags: Tags;
}

/** @throws ArgumentError at the first argument that cannot work */
export function normalize(name: string, args: ProxiedDatabaseArgs): ProxiedDatabaseSettings {
  const check = new Validator(`ProxiedDatabase "${name}"`);
  checkLowerCase(check, checkComponentName(check, name));
  const auth = check.oneOf("auth", args.auth ?? "password", authModes);
  const isCluster = args.database !== undefined && "engine" in args.database && args.database.engine === "aurora-mysql";
  const durability = normalizeDurability(check, args.durability ?? "disposable", isCluster);
  const database = normalizeDatabase(check, args.database ?? {}, durability);
  const isNew = database.kind !== "existing" && database.snapshotIdentifier === undefined;
  const username = checkUsername(check, "username", args.username ?? "admin", isNew ? 16 : 32);
  const users = normalizeUsers(check, args.users ?? {}, username);
  if (auth === "iam-end-to-end" && users.length === 0) {
    check.refuse(
      "users",
      args.users,
      'auth is "iam-end-to-end", and the master user cannot log in with a token: name a user',
    );
  }
  if (database.kind === "existing") {
    refuseWithExisting(check, args);
    if (auth === "iam-end-to-end" && database.existing.resourceId === undefined) {
      check.refuse(
        "database.existing.resourceId",
        undefined,
        'the proxy\'s role needs it with auth "iam-end-to-end": give it',
      );
    }
  }
  const credentials: CredentialsArgs =
    database.kind === "existing" ? { kmsKeyArn: database.existing.kmsKeyArn } : (args.credentials ?? {});
  const proxy = normalizeProxy(check, args.proxy ?? {}, database, auth, args.vpc !== undefined);
  const settings = {
    vpc: checkVpc(check, args.vpc),
    database,
    databaseName: checkDatabaseName(check, args.databaseName ?? "test", isNew),
    username,
    credentials: normalizeCredentials(check, credentials, username),
    users,
    auth,
    proxy,
    bastion: args.bastion ?? false,
    alarms: normalizeAlarms(check, args.alarms, proxy),
    durability,
    overrides: args.overrides ?? [],
    tags: args.tags ?? {},
  };
  return { check, ...check.noOther("an argument", args, settings) };
}

/** What makes no sense for a database that exists already, or is missing for it. */
function refuseWithExisting(check: Validator, args: ProxiedDatabaseArgs): void {
  if (args.vpc === undefined) {
    check.refuse("vpc", undefined, "database.existing has to be in it: give the VPC and subnets of that database");
  }
  if (args.credentials !== undefined) {
    check.refuse("credentials", Object.keys(args.credentials), "database.existing has its secret: leave it out");
  }
}

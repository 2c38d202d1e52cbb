import type * as pulumi from "@pulumi/pulumi";
import type { Fields } from "../base/fields";
import { checkTimeouts } from "../base/timeouts";
import type { Durability } from "./durability";
import { defaultEngines, type Engine, engineNames, engines, retiredInstanceClasses } from "./engines";
import { checkPort, type ExistingDatabaseArgs, normalizeExisting } from "./existing";
import { checkObservability, type ObservabilityArgs } from "./observability";
import { checkParameters } from "./parameters";
import { checkVersion } from "./version";

/** What an instance and a cluster have in common. */
interface ServerArgs extends ObservabilityArgs {
  /**
   * Version of the engine. A major version such as `"8.4"` follows AWS's minor upgrades, and a full one such as `"8.4.6"` stays
   * until the program names another one. A newer version than before upgrades the database, which interrupts it for minutes.
   * RDS upgrades a durable database in its maintenance window, unless `durability.applyImmediately` is true. A cluster is
   * upgraded by full versions only. Without this argument the database keeps the major version that it was created with.
   * @default "8.4" (MySQL), "11.8" (MariaDB), "8.0" (Aurora MySQL version 3)
   * @remarks Another version upgrades in place, with an interruption of minutes. A lower one is refused by RDS.
   */
  engineVersion?: string | undefined;
  /**
   * Class of the instance, or of each instance of a cluster. It also decides how many connections there are to share: on RDS
   * about 85 per GiB of memory.
   * @default "db.t4g.micro"; with Aurora "db.t4g.medium"
   * @remarks Another class restarts the database in place, which interrupts it for minutes.
   */
  instanceClass?: string | undefined;
  /**
   * Port of the database, 1150 to 65535. The proxy listens on 3306 in any case.
   * @default 3306
   * @remarks Another port restarts the database in place.
   */
  port?: number | undefined;
  /**
   * Parameters for the parameter group, by name. A running database takes up dynamic ones at once, and others when it restarts,
   * of which a warning tells.
   * @default `require_secure_transport` is on, unless `proxy.requireTls` is false; RDS's own values for the rest
   * @example { long_query_time: "1", slow_query_log: "1" }
   */
  parameters?: Record<string, string> | undefined;
  /**
   * Identifier or ARN of a snapshot to restore from. The snapshot decides the master user's name and whether the storage is
   * encrypted. Give that name as `username`, and the snapshot's major version as `engineVersion`.
   * @default a new, empty database
   * @remarks Another snapshot replaces the database.
   */
  snapshotIdentifier?: string | undefined;
  /**
   * Whether the database stays on a version whose standard support has ended, for which AWS then bills each vCPU-hour (RDS
   * Extended Support). AWS takes this choice when it creates a database, and never later.
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html
   * @default false
   */
  extendedSupport?: boolean | undefined;
  /**
   * Longest times that Pulumi waits for the database, such as `{ create: "90m" }`.
   * @default the provider's own
   */
  timeouts?: pulumi.CustomTimeouts | undefined;
}

/** An RDS instance. */
export interface InstanceArgs extends ServerArgs {
  /**
   * @default "mysql"
   * @remarks Another engine replaces database and parameter group.
   */
  engine?: "mysql" | "mariadb" | undefined;
  /**
   * Storage in GiB, 20 to 65536, and no less than that of the snapshot, if there is one.
   * @default 20, or as much as the snapshot has
   */
  allocatedStorage?: number | undefined;
  /**
   * GiB up to which RDS may enlarge the storage when it fills up. It has to be at least a tenth more than `allocatedStorage`.
   * @default RDS does not enlarge it
   */
  maxAllocatedStorage?: number | undefined;
  /**
   * Whether RDS makes changes in a copy of the database, which then takes its place (blue/green deployment). Set it for one
   * deployment, such as a major upgrade, since most other changes would go through a copy as well. The provider deletes the old
   * instance without a snapshot and with its backups. RDS needs automatic backups, and a password that it does not manage.
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-blue-green.html
   * @default false
   */
  blueGreenUpdate?: boolean | undefined;
}

/** The range in which each instance of a cluster scales. */
export interface ServerlessArgs {
  /** Aurora capacity units at least, 0.5 to 256. */
  minCapacity: number;
  /** Aurora capacity units at most, 1 to 256. */
  maxCapacity: number;
}

/** An Aurora MySQL cluster: a writer, which the proxy's endpoint leads to, and readers. */
export interface ClusterArgs extends ServerArgs {
  /** Aurora MySQL. There is no default, because the word makes it a cluster. */
  engine: "aurora-mysql";
  /**
   * Serverless v2 instead of instances of a fixed class. The range in which each instance scales is given in Aurora capacity
   * units of about 2 GiB, from 0.5 to 256 in steps of 0.5. Pausing at 0 is refused, because a proxy keeps connections open and
   * the cluster would never pause.
   * @default instances of `instanceClass`
   */
  serverless?: ServerlessArgs | undefined;
  /**
   * Number of readers, 0 to 15.
   * @default 1 with `durability.multiAz`, otherwise 0
   */
  readers?: number | undefined;
}

interface WithDatabase {
  database?: DatabaseArgs | undefined;
}

/** The database: an RDS instance, an Aurora cluster, or one that exists. */
export type DatabaseArgs = InstanceArgs | ClusterArgs | ExistingDatabaseArgs;

const onlyAurora = 'only Aurora has it: set engine to "aurora-mysql" or leave it out';
const onlyInstances = "the provider makes blue/green deployments of instances only: leave it out";
const auroraStorage = "Aurora's storage grows by itself: leave it out";

/** The database with defaults filled in and every value checked. */
export type DatabaseSettings = ReturnType<typeof normalizeDatabase>;
export type InstanceSettings = ReturnType<typeof normalizeInstance>;
export type ClusterSettings = ReturnType<typeof normalizeCluster>;

/** What the rest of the arguments decides about the database. */
interface DatabaseSurroundings {
  durability: Durability;
  /** Whether the database refuses connections without TLS by default. */
  requireTls: boolean;
}

export function normalizeDatabase(args: Fields<WithDatabase>, surroundings: DatabaseSurroundings) {
  const given = args.object<DatabaseArgs>("database");
  if (given.value("existing") !== undefined) return normalizeExisting(given);
  const engine = engines[given.oneOf("engine", engineNames, defaultEngines.instance.name)];
  return engine.kind === "cluster"
    ? normalizeCluster(given, engine, surroundings)
    : normalizeInstance(given, engine, surroundings);
}

/** Whether the arguments ask for a cluster, before they are checked. */
export function isCluster(args: Fields<WithDatabase>): boolean {
  const name = args.object<ClusterArgs>("database").value("engine");
  return engineNames.some((known) => known === name && engines[known].kind === "cluster");
}

function normalizeInstance(given: Fields<InstanceArgs>, engine: Engine, surroundings: DatabaseSurroundings) {
  refuseForeign(given, ["serverless", "readers"], onlyAurora);
  const storage = { min: 20, max: 65_536, unit: "GiB" };
  const allocatedStorage = given.number("allocatedStorage", storage, 20);
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
  const least = Math.ceil((allocatedStorage * 11) / 10);
  const settings = {
    kind: "instance" as const,
    ...normalizeServer(given, engine, surroundings),
    blueGreenUpdate: checkBlueGreen(given, surroundings.durability),
    maxAllocatedStorage: given.number("maxAllocatedStorage", { ...storage, min: least }, undefined),
  };
  given.end();
  // A snapshot may need more than the default, and RDS refuses to restore it into less.
  const isRestored = settings.snapshotIdentifier !== undefined;
  return {
    ...settings,
    allocatedStorage: given.value("allocatedStorage") === undefined && isRestored ? undefined : allocatedStorage,
  };
}

function normalizeCluster(given: Fields<ClusterArgs>, engine: Engine, surroundings: DatabaseSurroundings) {
  refuseForeign(given, ["allocatedStorage", "maxAllocatedStorage"], auroraStorage);
  refuseForeign(given, ["blueGreenUpdate"], onlyInstances);
  const serverless = normalizeServerless(given);
  const settings = {
    kind: "cluster" as const,
    ...normalizeServer(given, engine, surroundings, serverless !== undefined),
    serverless,
    readers: given.number("readers", { min: 0, max: 15, unit: "instances" }, surroundings.durability.multiAz ? 1 : 0),
  };
  given.end();
  return settings;
}

function normalizeServerless(given: Fields<ClusterArgs>) {
  const serverless = given.optionalObject<Required<ClusterArgs>["serverless"]>("serverless");
  if (serverless === undefined) return undefined;
  const minCapacity = checkCapacity(serverless, "minCapacity", 0.5);
  const settings = { minCapacity, maxCapacity: checkCapacity(serverless, "maxCapacity", Math.max(1, minCapacity)) };
  serverless.end();
  return settings;
}

function checkCapacity(
  given: Fields<Required<ClusterArgs>["serverless"]>,
  key: "minCapacity" | "maxCapacity",
  least: number,
): number {
  const value = given.value(key);
  if (typeof value === "number" && Number.isInteger(value * 2) && value >= least && value <= 256) return value;
  const pause = value === 0 ? " (0 lets a cluster pause, which never happens with a proxy in front of it)" : "";
  return given.refuse(key, `it must be a number of Aurora capacity units from ${least} to 256 in steps of 0.5${pause}`);
}

function normalizeServer(
  given: Fields<ServerArgs>,
  engine: Engine,
  { requireTls }: DatabaseSurroundings,
  isServerless = false,
) {
  const version = checkVersion(given, engine);
  const instanceClass = isServerless ? serverlessClass(given) : fixedClass(given, engine);
  return {
    engine,
    ...version,
    extendedSupport: checkExtendedSupport(given, engine, version.engineVersion),
    instanceClass,
    ...checkObservability(given, engine, instanceClass),
    port: checkPort(given, engine),
    parameters: checkParameters(given, engine, { ...version, requireTls }),
    timeouts: checkTimeouts(given),
    snapshotIdentifier: given.text(
      "snapshotIdentifier",
      /./,
      "it must be the identifier or the ARN of a snapshot",
      undefined,
    ),
  };
}

/** AWS refuses to create a database of an old version without Extended Support. A snapshot's it upgrades when it restores it. */
function checkExtendedSupport(given: Fields<ServerArgs>, engine: Engine, version: string): boolean | undefined {
  const extendedSupport = given.boolean("extendedSupport", false);
  if (!engine.hasExtendedSupport) {
    if (extendedSupport) given.refuse("extendedSupport", "RDS offers it for MySQL only: leave it out");
    return undefined;
  }
  const { ended } = engine;
  if (ended?.version.test(version) && !extendedSupport && given.value("snapshotIdentifier") === undefined) {
    const rule =
      `standard support of ${ended.title} ended on ${ended.since}, and AWS creates no database of it without paid Extended` +
      ` Support: use "${ended.instead}", or set database.extendedSupport to true`;
    given.check.refuse(given.name("engineVersion"), version, rule);
  }
  return extendedSupport;
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments-considerations.html */
function checkBlueGreen(given: Fields<InstanceArgs>, { backupRetentionInDays }: Durability): boolean {
  const blueGreenUpdate = given.boolean("blueGreenUpdate", false);
  if (blueGreenUpdate && backupRetentionInDays === 0) {
    given.refuse(
      "blueGreenUpdate",
      "RDS copies the database from its backups: set durability.backupRetentionInDays to 1 or more",
    );
  }
  return blueGreenUpdate;
}

/** The class of instances that scale as `serverless` says. */
function serverlessClass(given: Fields<ServerArgs>): string {
  return given.text(
    "instanceClass",
    /^db\.serverless$/,
    "serverless is given too: leave out one of the two",
    "db.serverless",
  );
}

function fixedClass(given: Fields<ServerArgs>, engine: Engine): string {
  const { instanceClass: form, instanceClassRule: rule, defaultInstanceClass } = engine;
  if (retiredInstanceClasses.test(String(given.value("instanceClass")))) {
    given.refuse("instanceClass", `AWS has retired that family: use a newer one such as "${defaultInstanceClass}"`);
  }
  return given.text("instanceClass", form, rule, defaultInstanceClass);
}

/** Arguments of the other kind of database, which TypeScript refuses but JavaScript does not. */
function refuseForeign(
  given: Fields<InstanceArgs | ClusterArgs>,
  keys: (keyof InstanceArgs | keyof ClusterArgs)[],
  rule: string,
): void {
  for (const key of keys) if (given.value(key) !== undefined) given.refuse(key, rule);
}

import type { Fields } from "../base/fields";
import type { Durability } from "./durability";
import { defaultEngines, type Engine, engineNames, engines, retiredInstanceClasses } from "./engines";
import { checkPort, type ExistingDatabaseArgs, normalizeExisting } from "./existing";
import { checkParameters } from "./parameters";

/** What an instance and a cluster have in common. */
interface ServerArgs {
  /**
   * Version of the engine: a major version, which follows AWS's minor upgrades, or a full one. A newer version than before
   * upgrades the database, which interrupts it for minutes. RDS upgrades a durable database in its maintenance window, unless
   * `durability.applyImmediately` is true.
   * @default "8.4" (MySQL), "11.8" (MariaDB), "8.0" (Aurora MySQL version 3)
   */
  engineVersion?: string | undefined;
  /**
   * Class of the instance, or of each instance of a cluster. It also decides how many connections there are to share: on RDS
   * about 85 per GiB of memory.
   * @default "db.t4g.micro"; with Aurora "db.t4g.medium"
   */
  instanceClass?: string | undefined;
  /**
   * Port of the database, 1150 to 65535. The proxy listens on 3306 in any case.
   * @default 3306
   */
  port?: number | undefined;
  /**
   * Parameters for the parameter group, by name. A running database takes up changes at its next restart.
   * @default RDS's own values
   */
  parameters?: Record<string, string> | undefined;
  /**
   * Identifier or ARN of a snapshot to restore from. The snapshot decides the master user's name and whether the storage is
   * encrypted. Give that name as `username`, and the snapshot's major version as `engineVersion`.
   * @default a new, empty database
   */
  snapshotIdentifier?: string | undefined;
}

/** An RDS instance. */
export interface InstanceArgs extends ServerArgs {
  /** @default "mysql" */
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
}

/** An Aurora MySQL cluster: a writer, which the proxy's endpoint leads to, and readers. */
export interface ClusterArgs extends ServerArgs {
  engine: "aurora-mysql";
  /**
   * Serverless v2 instead of instances of a fixed class. The range in which each instance scales is given in Aurora capacity
   * units of about 2 GiB, from 0.5 to 256 in steps of 0.5. Pausing at 0 is refused, because a proxy keeps connections open and
   * the cluster would never pause.
   * @default instances of `instanceClass`
   */
  serverless?: { minCapacity: number; maxCapacity: number } | undefined;
  /**
   * Number of readers, 0 to 15.
   * @default 1 with `durability.multiAz`, otherwise 0
   */
  readers?: number | undefined;
}

interface WithDatabase {
  database?: DatabaseArgs | undefined;
}

export type DatabaseArgs = InstanceArgs | ClusterArgs | ExistingDatabaseArgs;

const onlyAurora = 'only Aurora has it: set engine to "aurora-mysql" or leave it out';
const auroraStorage = "Aurora's storage grows by itself: leave it out";

/** The database with defaults filled in and every value checked. */
export type DatabaseSettings = ReturnType<typeof normalizeDatabase>;
export type InstanceSettings = ReturnType<typeof normalizeInstance>;
export type ClusterSettings = ReturnType<typeof normalizeCluster>;

export function normalizeDatabase(args: Fields<WithDatabase>, { multiAz }: Durability) {
  const given = args.object<DatabaseArgs>("database");
  if (given.value("existing") !== undefined) return normalizeExisting(given);
  const engine = engines[given.oneOf("engine", engineNames, defaultEngines.instance.name)];
  return engine.kind === "cluster" ? normalizeCluster(given, engine, multiAz) : normalizeInstance(given, engine);
}

/** Whether the arguments ask for a cluster, before they are checked. */
export function isCluster(args: Fields<WithDatabase>): boolean {
  const name = args.object<ClusterArgs>("database").value("engine");
  return engineNames.some((known) => known === name && engines[known].kind === "cluster");
}

function normalizeInstance(given: Fields<InstanceArgs>, engine: Engine) {
  refuseForeign(given, ["serverless", "readers"], onlyAurora);
  const storage = { min: 20, max: 65_536, unit: "GiB" };
  const allocatedStorage = given.number("allocatedStorage", storage, 20);
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
  const least = Math.ceil((allocatedStorage * 11) / 10);
  const settings = {
    kind: "instance" as const,
    ...normalizeServer(given, engine),
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

function normalizeCluster(given: Fields<ClusterArgs>, engine: Engine, multiAz: boolean) {
  refuseForeign(given, ["allocatedStorage", "maxAllocatedStorage"], auroraStorage);
  const serverless = normalizeServerless(given);
  const settings = {
    kind: "cluster" as const,
    ...normalizeServer(given, engine, serverless !== undefined),
    serverless,
    readers: given.number("readers", { min: 0, max: 15, unit: "instances" }, multiAz ? 1 : 0),
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

function normalizeServer(given: Fields<ServerArgs>, engine: Engine, isServerless = false) {
  return {
    engine,
    engineVersion: given.text("engineVersion", engine.version, engine.versionRule, engine.defaultVersion),
    instanceClass: isServerless ? serverlessClass(given) : fixedClass(given, engine),
    port: checkPort(given, engine),
    parameters: checkParameters(given),
    snapshotIdentifier: given.text(
      "snapshotIdentifier",
      /./,
      "it must be the identifier or the ARN of a snapshot",
      undefined,
    ),
  };
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

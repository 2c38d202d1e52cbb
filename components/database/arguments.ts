import type { Validator } from "../base/validator";
import type { Durability } from "./durability";
import { type Engine, type EngineName, engines, retiredInstanceClasses } from "./engines";
import { checkPort, type ExistingDatabaseArgs, type ExistingSettings, normalizeExisting } from "./existingArguments";

/** What an instance and a cluster have in common. */
interface ServerArgs {
  /**
   * Version of the engine: a major version, which follows AWS's minor upgrades, or a full one. A newer one than before
   * upgrades the database, which interrupts it for minutes; a durable one in its maintenance window, unless
   * `durability.applyImmediately` says otherwise.
   * @default "8.4" (MySQL), "11.8" (MariaDB), "8.0" (Aurora MySQL version 3)
   */
  engineVersion?: string | undefined;
  /**
   * Class of the instance, or of each instance of a cluster. It also sets how many connections there are to share: on RDS
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
   * Parameters for the parameter group, by name. A running database takes changes on at its next restart, all of them.
   * @default RDS's own values
   */
  parameters?: Record<string, string> | undefined;
  /**
   * Snapshot to restore from, its identifier or ARN. The snapshot decides what the master user is called, and whether the
   * storage is encrypted: give the user's name as `username`, and the major version as `engineVersion`.
   * @default a new, empty database
   */
  snapshotIdentifier?: string | undefined;
}

/** An RDS instance. */
export interface InstanceArgs extends ServerArgs {
  /** @default "mysql" */
  engine?: "mysql" | "mariadb" | undefined;
  /**
   * Storage in GiB, 20 to 65536; no less than a snapshot's, if the database is restored from one.
   * @default 20, or as much as the snapshot has
   */
  allocatedStorage?: number | undefined;
  /**
   * GiB up to which RDS may enlarge the storage when it fills up; at least a tenth more than `allocatedStorage`.
   * @default RDS does not enlarge it
   */
  maxAllocatedStorage?: number | undefined;
}

/** An Aurora MySQL cluster: a writer, which the proxy's endpoint leads to, and readers. */
export interface ClusterArgs extends ServerArgs {
  engine: "aurora-mysql";
  /**
   * Serverless v2 instead of instances of a fixed class: how far each instance may scale, in Aurora capacity units of about
   * 2 GiB, in steps of 0.5 from 0.5 to 256. Pausing at 0 is refused: a proxy keeps connections open, so it would never happen.
   * @default instances of `instanceClass`
   */
  serverless?: { minCapacity: number; maxCapacity: number } | undefined;
  /**
   * Number of readers, 0 to 15.
   * @default 1 when the durability says multiAz, otherwise 0
   */
  readers?: number | undefined;
}

export type DatabaseArgs = InstanceArgs | ClusterArgs | ExistingDatabaseArgs;

interface ServerSettings {
  engine: Engine;
  engineVersion: string;
  instanceClass: string;
  port: number;
  parameters: Record<string, string>;
  snapshotIdentifier: string | undefined;
}

export interface InstanceSettings extends ServerSettings {
  kind: "instance";
  /** Undefined: as much as the snapshot has. */
  allocatedStorage: number | undefined;
  maxAllocatedStorage: number | undefined;
}

export interface ClusterSettings extends ServerSettings {
  kind: "cluster";
  serverless: { minCapacity: number; maxCapacity: number } | undefined;
  readers: number;
}

/** The database with defaults filled in and every value checked. */
export type DatabaseSettings = InstanceSettings | ClusterSettings | ExistingSettings;

export function normalizeDatabase(check: Validator, args: DatabaseArgs, { multiAz }: Durability): DatabaseSettings {
  if ("existing" in args) return normalizeExisting(check, args);
  const engine = engines[check.oneOf("database.engine", args.engine ?? "mysql", Object.keys(engines) as EngineName[])];
  if (engine.name === "aurora-mysql") return normalizeCluster(check, args as ClusterArgs, engine, multiAz);
  return normalizeInstance(check, args as InstanceArgs, engine);
}

function normalizeInstance(check: Validator, args: InstanceArgs, engine: Engine): InstanceSettings {
  refuseForeign(
    check,
    args,
    ["serverless", "readers"],
    'only Aurora has it: set engine to "aurora-mysql" or leave it out',
  );
  const allocatedStorage = check.wholeNumber(
    "database.allocatedStorage",
    args.allocatedStorage ?? 20,
    20,
    65_536,
    "GiB",
  );
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
  const least = Math.ceil((allocatedStorage * 11) / 10);
  if (args.maxAllocatedStorage !== undefined) {
    check.wholeNumber("database.maxAllocatedStorage", args.maxAllocatedStorage, least, 65_536, "GiB");
  }
  const settings = {
    ...normalizeServer(check, args, engine),
    // A snapshot may need more than the default, and RDS refuses to restore it into less.
    allocatedStorage: args.snapshotIdentifier === undefined ? allocatedStorage : args.allocatedStorage,
    maxAllocatedStorage: args.maxAllocatedStorage,
  };
  return { kind: "instance", ...check.noOther("a key of database", args, settings) };
}

function normalizeCluster(check: Validator, args: ClusterArgs, engine: Engine, multiAz: boolean): ClusterSettings {
  refuseForeign(
    check,
    args,
    ["allocatedStorage", "maxAllocatedStorage"],
    "Aurora's storage grows by itself: leave it out",
  );
  const { serverless } = args;
  const readers = check.wholeNumber("database.readers", args.readers ?? (multiAz ? 1 : 0), 0, 15, "instances");
  if (serverless !== undefined) {
    if (args.instanceClass !== undefined && args.instanceClass !== "db.serverless") {
      check.refuse("database.instanceClass", args.instanceClass, "serverless is given too: leave out one of the two");
    }
    const { minCapacity, maxCapacity } = serverless;
    check.noOther("a key of database.serverless", serverless, { minCapacity, maxCapacity });
    checkCapacity(check, "database.serverless.minCapacity", minCapacity, 0.5);
    checkCapacity(check, "database.serverless.maxCapacity", maxCapacity, Math.max(1, minCapacity));
  }
  const instanceClass = serverless === undefined ? args.instanceClass : undefined;
  const settings = { ...normalizeServer(check, { ...args, instanceClass }, engine), serverless, readers };
  return { kind: "cluster", ...check.noOther("a key of database", args, settings) };
}

function normalizeServer(check: Validator, args: ServerArgs, engine: Engine): ServerSettings {
  const instanceClass = args.instanceClass ?? engine.defaultInstanceClass;
  if (retiredInstanceClasses.test(instanceClass)) {
    check.refuse(
      "database.instanceClass",
      instanceClass,
      `AWS has retired that family: use a newer one such as "${engine.defaultInstanceClass}"`,
    );
  }
  return {
    engine,
    engineVersion: check.matching(
      "database.engineVersion",
      args.engineVersion ?? engine.defaultVersion,
      engine.version,
      engine.versionRule,
    ),
    instanceClass: check.matching(
      "database.instanceClass",
      instanceClass,
      engine.instanceClass,
      engine.instanceClassRule,
    ),
    port: checkPort(check, "database.port", args.port),
    parameters: checkParameters(check, args.parameters ?? {}),
    snapshotIdentifier: args.snapshotIdentifier,
  };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations */
function checkParameters(check: Validator, parameters: Record<string, string>): Record<string, string> {
  const rule = "RDS Proxy does not work with a database that only reads: leave it out";
  check.matching("database.parameters.read_only", parameters.read_only ?? "", /^(?!(1|on)$)/i, rule);
  return parameters;
}

function checkCapacity(check: Validator, argument: string, value: number, least: number): void {
  if (Number.isInteger(value * 2) && value >= least && value <= 256) return;
  check.refuse(
    argument,
    value,
    `it must be a number of Aurora capacity units from ${least} to 256 in steps of 0.5` +
      (value === 0 ? " (0 lets a cluster pause, which never happens with a proxy in front of it)" : ""),
  );
}

/** Arguments of the other kind of database, which TypeScript refuses but JavaScript does not. */
function refuseForeign(check: Validator, args: object, names: string[], rule: string): void {
  for (const [name, value] of Object.entries(args)) {
    if (names.includes(name) && value !== undefined) check.refuse(`database.${name}`, value, rule);
  }
}

import type { Validator } from "../base/validator";
import type { DatabaseSettings } from "../database/arguments";
import type { AuthMode } from "../login/auth";

/** How RDS Proxy behaves. */
export interface ProxyArgs {
  /**
   * Refuse clients that do not use TLS. IAM authentication needs it.
   * @default true
   */
  requireTls?: boolean | undefined;
  /**
   * Log every statement that passes the proxy, SQL text included. AWS switches it off by itself after 24 hours, which with
   * `true` is a change that the next `pulumi up --refresh` undoes; with `{ until }` the program stops asking for it at that
   * time, an ISO 8601 date or date and time such as `"2026-11-25T18:00Z"`.
   * @default false
   */
  debugLogging?: boolean | { until: string } | undefined;
  /**
   * Days for which the proxy's log is kept, one of the numbers that CloudWatch Logs offers.
   * @default 14
   */
  logRetentionInDays?: number | undefined;
  /**
   * Seconds after which an idle client is disconnected, 1 to 28800.
   * @default 1800
   */
  idleClientTimeout?: number | undefined;
  /**
   * Share of the database's max_connections that the proxy may open, in percent, 1 to 100.
   * @default 100
   */
  maxConnectionsPercent?: number | undefined;
  /**
   * Share of max_connections that the proxy keeps open while nobody needs them, in percent, 0 to `maxConnectionsPercent`.
   * @default half of `maxConnectionsPercent`
   */
  maxIdleConnectionsPercent?: number | undefined;
  /**
   * Seconds, 0 to 300, that a client waits for a database connection before it gets error 9501. Functions wait one second
   * longer for their connection, so that they see this error instead of a time-out, and their own timeout has to be longer.
   * AWS's default of 120 is longer than most functions may run.
   * @default 4
   */
  connectionBorrowTimeout?: number | undefined;
  /**
   * `["EXCLUDE_VARIABLE_SETS"]` lets sessions that set variables share connections; only safe when all of them set the same
   * values, for example in `initQuery`.
   * @default []
   */
  sessionPinningFilters?: "EXCLUDE_VARIABLE_SETS"[] | undefined;
  /**
   * Statements that the proxy runs on each new database connection, such as `"SET time_zone = '+00:00'"`.
   * @default none
   */
  initQuery?: string | undefined;
  /**
   * How clients prove their password.
   * @default "MYSQL_CACHING_SHA2_PASSWORD" with RDS for MySQL, "MYSQL_NATIVE_PASSWORD" with MariaDB, AWS's choice with Aurora
   */
  clientPasswordAuthType?: "MYSQL_CACHING_SHA2_PASSWORD" | "MYSQL_NATIVE_PASSWORD" | undefined;
  /**
   * A second endpoint that leads to the cluster's readers. Aurora only.
   * @default false
   */
  readOnlyEndpoint?: boolean | undefined;
  /**
   * Addresses on which clients reach the proxy. Other than `"IPV4"` only in a VPC of your own with IPv6 in all subnets;
   * `"IPV6"` only together with `targetNetworkType: "IPV6"`.
   * @default "IPV4"
   */
  networkType?: NetworkType | undefined;
  /**
   * Addresses by which the proxy reaches the database. With `"IPV6"` the database is in dual-stack mode; one that exists
   * already has to be.
   * @default "IPV4"
   */
  targetNetworkType?: "IPV4" | "IPV6" | undefined;
  /** RDS Proxy listens on 3306 for MySQL; no other port can be had. */
  port?: 3306 | undefined;
}

export type NetworkType = "IPV4" | "IPV6" | "DUAL";

/** {@link ProxyArgs} with defaults filled in and every value checked. */
export interface ProxySettings {
  requireTls: boolean;
  debugLogging: boolean;
  logRetentionInDays: number;
  idleClientTimeout: number;
  maxConnectionsPercent: number;
  maxIdleConnectionsPercent: number;
  connectionBorrowTimeout: number;
  sessionPinningFilters: string[];
  initQuery: string | undefined;
  /** Undefined: AWS's choice for the engine. */
  clientPasswordAuthType: string | undefined;
  readOnlyEndpoint: boolean;
  networkType: NetworkType;
  targetNetworkType: "IPV4" | "IPV6";
}

const authTypes = ["MYSQL_CACHING_SHA2_PASSWORD", "MYSQL_NATIVE_PASSWORD"] as const;

export function normalizeProxy(
  check: Validator,
  args: ProxyArgs,
  database: DatabaseSettings,
  auth: AuthMode,
  hasVpc: boolean,
): ProxySettings {
  const { requireTls = true, networkType = "IPV4", targetNetworkType = "IPV4" } = args;
  // TypeScript allows no other one, but JavaScript and JSON do.
  const port: number = args.port ?? 3306;
  if (port !== 3306) {
    check.refuse(
      "proxy.port",
      port,
      "RDS Proxy listens on 3306 for MySQL whatever port the database has: leave it out",
    );
  }
  if (!requireTls && auth !== "password") {
    check.refuse("proxy.requireTls", false, `auth is "${auth}", and IAM's tokens travel over TLS only: leave it out`);
  }
  const readOnlyEndpoint = args.readOnlyEndpoint ?? false;
  if (readOnlyEndpoint && !mayHaveReaders(database)) {
    check.refuse(
      "proxy.readOnlyEndpoint",
      true,
      "there are no readers: it takes an Aurora cluster with database.readers",
    );
  }
  check.oneOf("proxy.networkType", networkType, ["IPV4", "IPV6", "DUAL"]);
  check.oneOf("proxy.targetNetworkType", targetNetworkType, ["IPV4", "IPV6"]);
  for (const [name, type] of Object.entries({ networkType, targetNetworkType })) {
    if (type !== "IPV4" && !hasVpc) {
      check.refuse(
        `proxy.${name}`,
        type,
        "the VPC that is built here has IPv4 only: give a vpc with IPv6 in its subnets",
      );
    }
  }
  // A proxy with IPv6 only has no address from which it could reach a database by IPv4.
  // https://www.pulumi.com/registry/packages/aws/api-docs/rds/proxy/
  if (networkType === "IPV6" && targetNetworkType !== "IPV6") {
    check.refuse(
      "proxy.networkType",
      networkType,
      'the proxy would have to reach the database by IPv6 too: use "DUAL", or set proxy.targetNetworkType to "IPV6"',
    );
  }
  for (const filter of args.sessionPinningFilters ?? []) {
    check.oneOf("proxy.sessionPinningFilters", filter, ["EXCLUDE_VARIABLE_SETS"]);
  }
  const settings = {
    requireTls,
    debugLogging: isLoggingNow(check, args.debugLogging),
    logRetentionInDays: checkLogRetention(check, "proxy.logRetentionInDays", args.logRetentionInDays),
    idleClientTimeout: check.wholeNumber(
      "proxy.idleClientTimeout",
      args.idleClientTimeout ?? 1_800,
      1,
      28_800,
      "seconds",
    ),
    ...normalizePool(check, args),
    sessionPinningFilters: args.sessionPinningFilters ?? [],
    initQuery: args.initQuery,
    clientPasswordAuthType: authType(check, args.clientPasswordAuthType, database),
    readOnlyEndpoint,
    networkType,
    targetNetworkType,
  };
  check.noOther("a key of proxy", args, { ...settings, port });
  return settings;
}

function normalizePool(check: Validator, args: ProxyArgs) {
  const maxConnectionsPercent = check.wholeNumber(
    "proxy.maxConnectionsPercent",
    args.maxConnectionsPercent ?? 100,
    1,
    100,
    "percent",
  );
  return {
    maxConnectionsPercent,
    maxIdleConnectionsPercent: check.wholeNumber(
      "proxy.maxIdleConnectionsPercent",
      args.maxIdleConnectionsPercent ?? Math.floor(maxConnectionsPercent / 2),
      0,
      maxConnectionsPercent,
      "percent (no more than maxConnectionsPercent)",
    ),
    connectionBorrowTimeout: check.wholeNumber(
      "proxy.connectionBorrowTimeout",
      args.connectionBorrowTimeout ?? 4,
      0,
      300,
      "seconds",
    ),
  };
}

/** An existing cluster may have them; whether it does is not known here. */
function mayHaveReaders(database: DatabaseSettings): boolean {
  if (database.kind === "existing") return database.existing.clusterIdentifier !== undefined;
  return database.kind === "cluster" && database.readers > 0;
}

/**
 * MySQL 8.4 comes with native passwords switched off, and MariaDB has never had the other kind.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_UserAuthConfig.html
 */
function authType(check: Validator, given: string | undefined, { engine, engineVersion }: DatabaseSettings) {
  const defaults = { mysql: authTypes[0], mariadb: authTypes[1], "aurora-mysql": undefined };
  const argument = "proxy.clientPasswordAuthType";
  if (given === undefined) return defaults[engine.name];
  const type = check.oneOf(argument, given, authTypes);
  if (type === "MYSQL_NATIVE_PASSWORD" && engine.name === "mysql" && engineVersion?.startsWith("8.4")) {
    check.refuse(argument, type, "MySQL 8.4 has native passwords switched off: leave it out, or use engineVersion 8.0");
  }
  if (type === "MYSQL_CACHING_SHA2_PASSWORD" && engine.name === "mariadb") {
    check.refuse(argument, type, "MariaDB does not have it: leave it out");
  }
  return type;
}

function isLoggingNow(check: Validator, given: ProxyArgs["debugLogging"]): boolean {
  if (typeof given !== "object") return given ?? false;
  const end = Date.parse(given.until);
  if (Number.isNaN(end)) {
    check.refuse("proxy.debugLogging.until", given.until, 'it must be a date or a time such as "2026-11-25T18:00Z"');
  }
  return Date.now() < end;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function checkLogRetention(check: Validator, argument: string, days = 14): number {
  if (logRetentions.includes(days)) return days;
  return check.refuse(argument, days, `CloudWatch Logs offers only ${logRetentions.join(", ")}`);
}

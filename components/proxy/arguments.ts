import type * as pulumi from "@pulumi/pulumi";
import type { Fields } from "../base/fields";
import { checkLogRetention } from "../base/logs";
import { checkKeyArn } from "../base/names";
import { checkTimeouts } from "../base/timeouts";
import { isRecord } from "../base/validator";
import type { DatabaseSettings } from "../database/arguments";
import type { PasswordAuthType } from "../database/engines";
import { mayHaveReaders, normalizeEndpoints, type ProxyEndpointArgs } from "./endpointArguments";

/** Debug logging until later. */
export interface DebugLoggingArgs {
  /** When the program stops asking for it: an ISO 8601 date, or date and time, such as `"2026-11-25T18:00Z"`. */
  until: string;
}

/** How RDS Proxy behaves. */
export interface ProxyArgs {
  /**
   * Refuse clients that do not use TLS. IAM authentication needs it.
   * @default true
   */
  requireTls?: boolean | undefined;
  /**
   * Log every statement that passes the proxy, SQL text included. AWS switches the log off after 24 hours. With `true` the
   * next `pulumi up --refresh` switches it on again. With `{ until }` the program stops asking for it at that time, an
   * ISO 8601 date or date and time such as `"2026-11-25T18:00Z"`.
   * @default false
   */
  debugLogging?: boolean | DebugLoggingArgs | undefined;
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
   * longer, so that they see this error instead of a time-out. Their own timeout has to be longer still. AWS's default of 120
   * is longer than most functions may run.
   * @default 4
   */
  connectionBorrowTimeout?: number | undefined;
  /**
   * `["EXCLUDE_VARIABLE_SETS"]` lets sessions that set variables share connections. That is safe only when all of them set the
   * same values, for example in `initQuery`.
   * @default []
   * @example ["EXCLUDE_VARIABLE_SETS"]
   */
  sessionPinningFilters?: "EXCLUDE_VARIABLE_SETS"[] | undefined;
  /**
   * Statements that the proxy runs on each new database connection, such as `"SET time_zone = '+00:00'"`.
   * @default none
   * @example "SET time_zone = '+00:00'"
   */
  initQuery?: string | undefined;
  /**
   * How clients prove their password.
   * @default "MYSQL_CACHING_SHA2_PASSWORD" with RDS for MySQL, "MYSQL_NATIVE_PASSWORD" with MariaDB, AWS's choice with Aurora
   */
  clientPasswordAuthType?: PasswordAuthType | undefined;
  /**
   * A second endpoint that leads to the cluster's readers. Aurora only.
   * @default false
   */
  readOnlyEndpoint?: boolean | undefined;
  /**
   * Addresses on which clients reach the proxy. `"DUAL"` and `"IPV6"` need a VPC of your own with IPv6 in all subnets, and
   * `"IPV6"` also needs `targetNetworkType: "IPV6"`.
   * @default "IPV4"
   * @remarks Another type replaces the proxy, and its address: functions get the new one in the same deployment.
   */
  networkType?: NetworkType | undefined;
  /**
   * Addresses by which the proxy reaches the database. With `"IPV6"` the database is in dual-stack mode. A database that
   * exists already has to be in that mode.
   * @default "IPV4"
   * @remarks Another type replaces the proxy.
   */
  targetNetworkType?: TargetNetworkType | undefined;
  /**
   * Further endpoints by their names, each with subnets and groups of its own; with Aurora they may lead to the readers. The
   * environment of a function is about the proxy's own endpoint, so give it the host name from `database.endpoints` yourself.
   * @default none
   * @example { reports: { targetRole: "READ_ONLY" } }
   */
  endpoints?: Record<string, ProxyEndpointArgs> | undefined;
  /**
   * ARN of an existing role for the proxy, which RDS can take on. It has to be allowed to read the secrets, or to log in with
   * tokens: the component adds nothing to it.
   * @default a role of its own
   */
  roleArn?: pulumi.Input<string> | undefined;
  /**
   * ARN of the key that encrypts the proxy's log. The key's policy has to let CloudWatch Logs use it.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   * @default CloudWatch's own encryption
   */
  logKmsKeyArn?: pulumi.Input<string> | undefined;
  /**
   * Longest times that Pulumi waits for the proxy, such as `{ create: "60m" }`.
   * @default the provider's own
   */
  timeouts?: pulumi.CustomTimeouts | undefined;
  /**
   * RDS Proxy listens on 3306 for MySQL, and on no other port.
   * @default 3306
   */
  port?: 3306 | undefined;
}

export type NetworkType = "IPV4" | "IPV6" | "DUAL";
export type TargetNetworkType = "IPV4" | "IPV6";

/** {@link ProxyArgs} with defaults filled in and every value checked. */
export type ProxySettings = ReturnType<typeof normalizeProxy>;

/** What decides which of the arguments are allowed. */
interface ProxySurroundings {
  database: DatabaseSettings;
  /** Whether some user logs in with a token of IAM. */
  withTokens: boolean;
  hasVpc: boolean;
}

export function normalizeProxy(
  args: Fields<{ proxy?: ProxyArgs | undefined }>,
  { database, withTokens, hasVpc }: ProxySurroundings,
) {
  const given = args.object<ProxyArgs>("proxy");
  checkPort(given);
  const settings = {
    requireTls: checkTls(given, withTokens),
    debugLogging: isLoggingNow(given),
    logRetentionInDays: checkLogRetention(given),
    idleClientTimeout: given.number("idleClientTimeout", { min: 1, max: 28_800, unit: "seconds" }, 1_800),
    ...normalizePool(given),
    ...normalizeNetworkTypes(given, hasVpc),
    sessionPinningFilters: checkPinningFilters(given),
    initQuery: given.text(
      "initQuery",
      /\S/,
      "it must be one or more SQL statements: leave it out if there are none",
      undefined,
    ),
    clientPasswordAuthType: checkPasswordAuthType(given, database),
    readOnlyEndpoint: checkReadOnlyEndpoint(given, database),
    endpoints: normalizeEndpoints(given, database),
    roleArn: given.input("roleArn", /^arn:[a-z-]+:iam:/, "it must be the ARN of a role that RDS can take on"),
    logKmsKeyArn: checkKeyArn(given, "logKmsKeyArn"),
    timeouts: checkTimeouts(given),
  };
  given.end();
  return settings;
}

/** TypeScript allows no other port, but JavaScript and JSON do. */
function checkPort(given: Fields<ProxyArgs>): void {
  if ([undefined, 3306].includes(given.value("port") as number | undefined)) return;
  given.refuse("port", "RDS Proxy listens on 3306 for MySQL whatever port the database has: leave it out");
}

function checkTls(given: Fields<ProxyArgs>, withTokens: boolean): boolean {
  const requireTls = given.boolean("requireTls", true);
  if (!requireTls && withTokens) {
    given.refuse("requireTls", "users log in with IAM, whose tokens travel over TLS only: leave it out");
  }
  return requireTls;
}

function checkReadOnlyEndpoint(given: Fields<ProxyArgs>, database: DatabaseSettings): boolean {
  const readOnlyEndpoint = given.boolean("readOnlyEndpoint", false);
  if (readOnlyEndpoint && !mayHaveReaders(database)) {
    given.refuse("readOnlyEndpoint", "there are no readers: it takes an Aurora cluster with database.readers");
  }
  return readOnlyEndpoint;
}

function normalizeNetworkTypes(given: Fields<ProxyArgs>, hasVpc: boolean) {
  const networkType = given.oneOf("networkType", ["IPV4", "IPV6", "DUAL"], "IPV4");
  const targetNetworkType = given.oneOf("targetNetworkType", ["IPV4", "IPV6"], "IPV4");
  for (const [key, type] of [
    ["networkType", networkType],
    ["targetNetworkType", targetNetworkType],
  ] as const) {
    if (type === "IPV4" || hasVpc) continue;
    given.refuse(key, "the VPC that is built here has IPv4 only: give a vpc with IPv6 in its subnets");
  }
  // A proxy with IPv6 only has no address from which it could reach a database by IPv4.
  // https://www.pulumi.com/registry/packages/aws/api-docs/rds/proxy/
  if (networkType === "IPV6" && targetNetworkType !== "IPV6") {
    const rule =
      'the proxy would have to reach the database by IPv6 too: use "DUAL", or set proxy.targetNetworkType to "IPV6"';
    given.refuse("networkType", rule);
  }
  return { networkType, targetNetworkType };
}

function normalizePool(given: Fields<ProxyArgs>) {
  const maxConnectionsPercent = given.number("maxConnectionsPercent", { min: 1, max: 100, unit: "percent" }, 100);
  return {
    maxConnectionsPercent,
    maxIdleConnectionsPercent: given.number(
      "maxIdleConnectionsPercent",
      { min: 0, max: maxConnectionsPercent, unit: "percent (no more than maxConnectionsPercent)" },
      Math.floor(maxConnectionsPercent / 2),
    ),
    connectionBorrowTimeout: given.number("connectionBorrowTimeout", { min: 0, max: 300, unit: "seconds" }, 4),
  };
}

function checkPinningFilters(given: Fields<ProxyArgs>): string[] {
  const filters = given.list("sessionPinningFilters", "filters") ?? [];
  return filters.map((filter) => given.check.oneOf("proxy.sessionPinningFilters", filter, ["EXCLUDE_VARIABLE_SETS"]));
}

const passwordAuthTypes: PasswordAuthType[] = ["MYSQL_CACHING_SHA2_PASSWORD", "MYSQL_NATIVE_PASSWORD"];

function checkPasswordAuthType(given: Fields<ProxyArgs>, { engine, engineVersion = "" }: DatabaseSettings) {
  const type = given.oneOf("clientPasswordAuthType", passwordAuthTypes, engine.defaultPasswordAuthType);
  const refusal = type && engine.passwordAuthRefusals[type];
  if (refusal?.version.test(engineVersion)) given.refuse("clientPasswordAuthType", refusal.rule);
  return type;
}

function isLoggingNow(given: Fields<ProxyArgs>): boolean {
  if (!isRecord(given.value("debugLogging"))) return given.boolean("debugLogging", false);
  const schedule = given.object<DebugLoggingArgs>("debugLogging");
  const until = schedule.value("until");
  const end = typeof until === "string" ? Date.parse(until) : NaN;
  if (Number.isNaN(end)) schedule.refuse("until", 'it must be a date or a time such as "2026-11-25T18:00Z"');
  schedule.end();
  return Date.now() < end;
}

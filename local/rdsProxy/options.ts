import type { Socket } from "node:net";

/** One secret of the proxy's `auths`: a database user that clients may log in as. */
export interface Credential {
  username: string;
  password: string;
}

/** Names and units of `aws.rds.ProxyDefaultTargetGroup`'s `connectionPoolConfig`. */
export interface TargetGroupConfig {
  /** Share of the server's `max_connections` that the proxy may use, 1 to 100. */
  maxConnectionsPercent: number;
  /** Share of the server's `max_connections` that may stay open without work, 0 to `maxConnectionsPercent`. */
  maxIdleConnectionsPercent: number;
  /** Seconds a session waits for a database connection before it gets error 9501, 0 to 3600. */
  connectionBorrowTimeout: number;
  /** `["EXCLUDE_VARIABLE_SETS"]`, or nothing. */
  sessionPinningFilters: string[];
  /** SQL statements, separated by `;`, that run on each new database connection. */
  initQuery: string;
}

export type ClientPasswordAuthType = "MYSQL_CACHING_SHA2_PASSWORD" | "MYSQL_NATIVE_PASSWORD";

/** How the proxy looks up who signed an IAM token. */
export interface IamDirectory {
  /** The secret key (and session token) that belong to an access key, or undefined when there is no such key. */
  principal(accessKeyId: string): { secretAccessKey: string; sessionToken?: string } | undefined;
  /** Whether the owner of the access key has `rds-db:connect` for this user. */
  mayConnect(accessKeyId: string, user: string): boolean;
  /** Region that a token has to be signed for, such as `ap-northeast-1`. */
  region: string;
}

export interface RdsProxyOptions {
  name: string;
  /** Host name that clients use; IAM tokens must be signed for it. */
  endpoint: string;
  /** Address to listen on. @default "127.0.0.1" */
  host?: string;
  /** Port to listen on; 0 takes a free one. @default 0 */
  port?: number;
  /** PEM chain and PEM key of the server certificate. */
  tls: { cert: string; key: string };
  /** Refuse clients without TLS, with error 3159. */
  requireTls: boolean;
  /** Seconds after which a client that sends nothing is disconnected, 1 to 28800. */
  idleClientTimeout: number;
  /** Log statements and connection events too. AWS warns that this shows SQL text in the log. */
  debugLogging: boolean;
  clientPasswordAuthType: ClientPasswordAuthType;
  iamAuth: "DISABLED" | "REQUIRED";
  /**
   * The secrets as they are now. Called at each log-in and for each new database connection; the callee may cache.
   * Rejects with an Error when the proxy's role may not read them, which makes targets UNAVAILABLE / AUTH_FAILURE.
   */
  credentials(): Promise<Credential[]>;
  /** Seconds without work after which a database connection counts as idle. RDS Proxy's figure is fixed. @default 300 */
  databaseIdleSeconds?: number;
  /** Seconds a client has for each packet of its log-in. RDS Proxy's figure is not documented; this is MySQL's. @default 10 */
  loginSeconds?: number;
  /** Needed when `iamAuth` is `REQUIRED`. */
  iam?: IamDirectory;
  /** Receives structured events. An event never holds a password. */
  log?: (event: ProxyLogEvent) => void;
}

export interface ProxyLogEvent {
  level: "debug" | "info" | "warn" | "error";
  message: string;
  [field: string]: unknown;
}

export interface TargetOptions {
  /** RDS resource id of the DB instance. */
  id: string;
  /** Opens a TCP connection to the database; rejects (ETIMEDOUT ...) when it cannot be reached. */
  dial(): Promise<Socket>;
  /** Encrypt the connection to the database. @default false */
  tls?: boolean;
}

export type TargetState = "AVAILABLE" | "REGISTERING" | "UNAVAILABLE";

/**
 * Why a target is not available: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_TargetHealth.html. Two of
 * AWS's reasons never occur here. PENDING_PROXY_CAPACITY is for a proxy that AWS is still scaling up, and this one has
 * all its capacity from the start. INVALID_REPLICATION_STATE is for a replica whose replication does not work, and the
 * stand-in's databases are writers only. They are listed since whoever handles RDS Proxy's reasons must know them.
 */
export type TargetReason =
  "UNREACHABLE" | "CONNECTION_FAILED" | "AUTH_FAILURE" | "PENDING_PROXY_CAPACITY" | "INVALID_REPLICATION_STATE";

/** What `DescribeDBProxyTargets` reports as `TargetHealth`. */
export interface TargetHealth {
  id: string;
  state: TargetState;
  reason?: TargetReason;
  description?: string;
}

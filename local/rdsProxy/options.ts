import type { Socket } from "node:net";

/** One secret of the proxy's `auths`: a database user that clients may log in as. */
export interface Credential {
  username: string;
  password: string;
}

/** Has the names and units of `aws.rds.ProxyDefaultTargetGroup`'s `connectionPoolConfig`. */
export interface TargetGroupConfig {
  /** The proxy's share of the server's `max_connections`, in percent, 1 to 100. */
  maxConnectionsPercent: number;
  /** The share of `max_connections` that may stay open without work, in percent, 0 to `maxConnectionsPercent`. */
  maxIdleConnectionsPercent: number;
  /** Seconds that a session waits for a database connection before it gets error 9501, 0 to 3600. */
  connectionBorrowTimeout: number;
  /** `["EXCLUDE_VARIABLE_SETS"]`, or nothing. */
  sessionPinningFilters: string[];
  /** SQL statements, separated by `;`, that run on each new database connection. */
  initQuery: string;
}

export type ClientPasswordAuthType = "MYSQL_CACHING_SHA2_PASSWORD" | "MYSQL_NATIVE_PASSWORD";

/** Tells the proxy who signed an IAM token. */
export interface IamDirectory {
  /** The secret key (and session token) of an access key, or undefined when there is no such key. */
  principal(accessKeyId: string): { secretAccessKey: string; sessionToken?: string } | undefined;
  /** Whether the owner of the access key has `rds-db:connect` for this user. */
  mayConnect(accessKeyId: string, user: string): boolean;
  /** Region that a token must be signed for, such as `ap-northeast-1`. */
  region: string;
}

export interface RdsProxyOptions {
  name: string;
  /** Host name that clients use. IAM tokens must be signed for it. */
  endpoint: string;
  /** Address to listen on. @default "127.0.0.1" */
  host?: string;
  /** Port to listen on. With 0, the proxy takes a free one. @default 0 */
  port?: number;
  /** PEM chain and PEM key of the server certificate. */
  tls: { cert: string; key: string };
  /** Refuse clients without TLS, with error 3159. */
  requireTls: boolean;
  /** Seconds after which the proxy disconnects a client that sends nothing, 1 to 28800. */
  idleClientTimeout: number;
  /** Log statements and connection events too. AWS warns that the log then shows SQL text. */
  debugLogging: boolean;
  clientPasswordAuthType: ClientPasswordAuthType;
  iamAuth: "DISABLED" | "REQUIRED";
  /**
   * Returns the secrets as they are now. The proxy calls it at each log-in and for each new database connection. The
   * function may cache the secrets. It rejects when the proxy's role may not read them. Targets are then UNAVAILABLE
   * with AUTH_FAILURE.
   */
  credentials(): Promise<Credential[]>;
  /** Seconds without work after which a database connection is idle. RDS Proxy's figure is fixed. @default 300 */
  databaseIdleSeconds?: number;
  /**
   * Seconds that a client has for each packet of its log-in. This is MySQL's figure; AWS documents none.
   * @default 10
   */
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
  /** Opens a TCP connection to the database. Rejects (ETIMEDOUT ...) when it cannot be reached. */
  dial(): Promise<Socket>;
  /** Encrypt the connection to the database. @default false */
  tls?: boolean;
  /**
   * The engine that the program asks for. If it is `mysql` and the server is MariaDB, clients get JSON columns with the
   * type that MySQL gives them. @default what the server is
   */
  engine?: "mysql" | "mariadb";
}

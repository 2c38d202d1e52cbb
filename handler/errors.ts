/** What mysql2, Node and the AWS SDK put on their errors. RDS Proxy's own errors have a number but no `code` in mysql2. */
interface DriverError extends Error {
  code?: string;
  errno?: number;
  sqlState?: string;
  $metadata?: object;
}

/** MySQL's and RDS Proxy's numbers of errors that say that there is no connection to be had. */
const connectionErrorNumbers = new Set([
  1040, // too many connections
  1045, // access denied
  1053, // server shutdown in progress
  1129, // host is blocked
  1203, // user has too many connections
  3159, // TLS is required
  9501, // RDS Proxy: no database connection became free within the borrow timeout
]);

const accessDenied = 1045;

function asDriverError(error: unknown): DriverError | undefined {
  return error instanceof Error ? error : undefined;
}

/** True when the way to the database failed (secret, network, TLS, log-in), and not the statement. */
export function isConnectionError(error: unknown): boolean {
  const failure = asDriverError(error);
  if (failure === undefined) return false;
  if (failure.errno !== undefined && connectionErrorNumbers.has(failure.errno)) return true;
  // An answer from a server always has an SQL state; without one, the failure is the network's, TLS's, the driver's or,
  // with $metadata, an AWS service's.
  return failure.sqlState === undefined && (failure.code !== undefined || failure.$metadata !== undefined);
}

/** True when the other side has closed the connection, for example while the container was frozen. */
export function isLostConnection(error: unknown): boolean {
  const code = asDriverError(error)?.code;
  return code === "PROTOCOL_CONNECTION_LOST" || code === "ECONNRESET" || code === "EPIPE";
}

/** True when the user and the password were refused. After a rotation the password has to be read again. */
export function isAccessDenied(error: unknown): boolean {
  return asDriverError(error)?.errno === accessDenied;
}

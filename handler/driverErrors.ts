import {
  CertificateError,
  ConflictError,
  ConnectionLostError,
  DatabaseError,
  LoginRefusedError,
  NoConnectionError,
  StatementError,
  UnknownSchemaError,
  UnreachableError,
} from "./errors";

/** What mysql2 and Node put on their errors. RDS Proxy's own errors have a number but no `code` in mysql2. */
interface DriverError extends Error {
  code?: string;
  errno?: number;
  sqlState?: string;
}

/** Errors of the server that end the connection: shutdown, a kill, too long without a statement, a killed session. */
const endsOfConnection = [1053, 1927, 3169, 4031];
const endsOfSocket = ["PROTOCOL_CONNECTION_LOST", "ECONNRESET", "EPIPE"];

/** True when the other side has closed the connection, for example while the container was frozen. */
export function isLost({ code, errno }: DriverError): boolean {
  return endsOfSocket.includes(code ?? "") || endsOfConnection.includes(errno ?? 0);
}

/** What a failure while connecting means, and what to do about it. */
export function connectFailure(error: unknown, { host, user, database, seconds }: Attempt): DatabaseError {
  const failure = error as DriverError;
  if (failure instanceof DatabaseError) return failure;
  const { errno, code, sqlState, message } = failure;
  const details = { cause: error, errno, code, sqlState };
  switch (errno) {
    case 1045:
      return new LoginRefusedError(
        `${host} refused to let ${user} in (error 1045: ${message}): user and password in the secret have to be the database's and one of` +
          " the proxy's auths; with IAM, the role needs rds-db:connect for this user.",
        details,
      );
    case 1040:
    case 1203:
    case 9501:
      return noConnection(host, failure, details);
    case 1044:
    case 1049:
      return new UnknownSchemaError(
        `${user} cannot use the database ${String(database)} (error ${errno}: ${message}): create it, or grant access to it.`,
        details,
      );
    case 3159:
      return new CertificateError(`${host} takes TLS connections only (error 3159).`, details);
  }
  if ((code === "HANDSHAKE_SSL_ERROR" && !brokeOff(failure)) || code === "HANDSHAKE_NO_SSL_SUPPORT") {
    return new CertificateError(
      `No trusted TLS connection to ${host}: ${message}. DB_ENDPOINT has to be the proxy's own name, whose certificate Node` +
        " trusts by itself.",
      details,
    );
  }
  if (code === "ETIMEDOUT") {
    return new UnreachableError(
      `${host} did not let ${user} in within ${seconds.toFixed(1)} seconds (${message}): check that the security groups let the function` +
        " out to the proxy and into it, and the health and the load of the proxy's target.",
      details,
    );
  }
  if (sqlState === undefined || isLost(failure)) {
    return new UnreachableError(
      `No connection to ${host} (${code ?? "no code"}: ${message}): check DB_ENDPOINT, DB_PORT and that the proxy is available.`,
      details,
    );
  }
  return statementFailure(error);
}

/** True when the connection ended during the TLS handshake. mysql2 gives that the code of a certificate that is not trusted. */
export function brokeOff({ code, message, syscall }: NodeJS.ErrnoException): boolean {
  return code === "HANDSHAKE_SSL_ERROR" && (syscall !== undefined || message.includes("socket disconnected"));
}

/** Whom a connection was for. */
export interface Attempt {
  host: string;
  user: string;
  database: string | undefined;
  /** How long the client waited at most. */
  seconds: number;
}

/** What a failure of a statement on an open connection means. */
export function statementFailure(error: unknown): DatabaseError {
  const failure = error as DriverError;
  if (failure instanceof DatabaseError) return failure;
  const { errno, code, sqlState, message } = failure;
  const details = { cause: error, errno, code, sqlState };
  if (errno === 9501) return noConnection("The proxy", failure, details);
  if (isLost(failure) || sqlState === undefined) {
    return new ConnectionLostError(
      `The connection was lost during a statement (${code ?? errno ?? "no code"}: ${message}), so it is unknown whether the` +
        " statement has run: look before you send it again.",
      details,
    );
  }
  if (errno === 1213 || errno === 1205) {
    return new ConflictError(
      `Another transaction was in the way (error ${errno}: ${message}): run the transaction again, or let it be with` +
        " transaction(…, { conflictRetries }).",
      details,
    );
  }
  return new StatementError(message, details);
}

function noConnection(who: string, { errno, message }: DriverError, details: object): NoConnectionError {
  return new NoConnectionError(
    `${who} has no database connection to give (error ${errno}: ${message}): all are in use, or the database is not available.` +
      " Keep transactions short, avoid what pins a session, or give the database more connections.",
    details,
  );
}

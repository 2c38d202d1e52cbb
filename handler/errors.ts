/** What the server or Node said, for a callback that wants to tell failures apart by more than their class. */
interface Details {
  cause?: unknown;
  /** MySQL's or RDS Proxy's number of the error, such as 1213. */
  errno?: number | undefined;
  /** MySQL's or Node's name of the error, such as `ER_LOCK_DEADLOCK`. RDS Proxy's own errors have none. */
  code?: string | undefined;
  /** MySQL's SQL state, such as `40001`. */
  sqlState?: string | undefined;
}

/**
 * A failure of this client. Its class says what kind, its message what happened and what to do, and `cause` has the error that
 * it came from.
 */
export abstract class DatabaseError extends Error {
  /** MySQL's or RDS Proxy's number of the error, such as 1213. */
  readonly errno: number | undefined;
  /** MySQL's or Node's name of the error, such as `ER_LOCK_DEADLOCK`. RDS Proxy's own errors have none. */
  readonly code: string | undefined;
  /** MySQL's SQL state, such as `40001`. */
  readonly sqlState: string | undefined;

  constructor(message: string, { cause, errno, code, sqlState }: Details = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.errno = errno;
    this.code = code;
    this.sqlState = sqlState;
  }
}

/** The environment lacks a variable, or one has a value that cannot be. */
export class EnvironmentError extends DatabaseError {}

/** The program uses the client in a way that cannot work. Trying again does not help. */
export class UsageError extends DatabaseError {}

/** There was no way to the database, and no statement has run. It is safe to invoke again. */
export abstract class ConnectionError extends DatabaseError {}

/** The password could not be read from Secrets Manager, or the secret holds none. */
export class SecretError extends ConnectionError {}

/** There was no answer at the proxy's address in time: its name is unknown, packets do not get through, nobody listens, or all are busy. */
export class UnreachableError extends ConnectionError {}

/** What answered has no certificate that Node trusts for the proxy's name. */
export class CertificateError extends ConnectionError {}

/** User and password, or the token, were refused (1045). */
export class LoginRefusedError extends ConnectionError {}

/** The proxy had no database connection to give within its borrow timeout (9501), or takes no more clients (1040). */
export class NoConnectionError extends ConnectionError {}

/** The database (schema) is not there, or the user may not use it (1049, 1044). */
export class UnknownSchemaError extends ConnectionError {}

/** The connection broke while a statement was under way, so nobody knows whether the statement has run. */
export class ConnectionLostError extends DatabaseError {}

/**
 * The invocation's time was nearly up. A statement that was under way, such as a commit, may still run to its end in the database; an
 * open transaction is rolled back.
 */
export class OutOfTimeError extends DatabaseError {}

/** The server refused the statement: `errno`, `code` and `sqlState` say why. The connection is still good. */
export class StatementError extends DatabaseError {}

/** Another transaction was in the way: a deadlock (1213), or a lock that was not released in time (1205). */
export class ConflictError extends StatementError {}

/** What the callback returned is not what Lambda can return. */
export class ResultError extends DatabaseError {}

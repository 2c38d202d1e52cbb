import { createConnection, type Connection } from "mysql2/promise";
import type { DatabaseEnvironment } from "./environment";
import { isAccessDenied, isConnectionError, isLostConnection } from "./errors";
import { readPassword } from "./secret";

/** How long to wait for a connection, in milliseconds; the same 5 seconds as the article's callback. */
const connectTimeout = 5_000;
/** How long to wait for an answer, in milliseconds. Ends a query on a connection that vanished while the container was frozen. */
const queryTimeout = 20_000;

/** Which database to work in: the one of the environment, or none (to create it, for example). */
export interface DatabaseOptions {
  /** @default the environment's DB_NAME */
  database?: string | undefined;
}

/**
 * One connection through RDS Proxy, opened when first needed and kept while the container is warm.
 *
 * One is enough: a container runs one invocation at a time, and pooling is the proxy's job.
 */
export class Database {
  private connection: Connection | undefined;
  private password: string | undefined;
  private readonly database: string | undefined;

  constructor(
    private readonly environment: DatabaseEnvironment,
    options: DatabaseOptions = { database: environment.DB_NAME },
  ) {
    this.database = options.database;
  }

  /**
   * Runs a statement that only reads, and returns its rows as arrays of values.
   *
   * A read may be sent twice without harm, so a connection that was closed while the container slept is replaced once.
   */
  async read(sql: string): Promise<unknown[][]> {
    const wasOpen = this.connection !== undefined;
    try {
      return await this.execute(sql);
    } catch (error) {
      if (!wasOpen || !isLostConnection(error)) throw error;
      return this.execute(sql);
    }
  }

  /** Runs a statement once and returns its rows, if it has any, as arrays of values. */
  async execute(sql: string): Promise<unknown[][]> {
    const connection = (this.connection ??= await this.connect());
    try {
      // `query` sends one text command. `execute` would prepare a statement, which pins the session to its connection.
      const [rows] = await connection.query({ sql, rowsAsArray: true, timeout: queryTimeout });
      return Array.isArray(rows) ? (rows as unknown[][]) : [];
    } catch (error) {
      if (isConnectionError(error)) this.close();
      throw error;
    }
  }

  /** Drops the connection, without waiting for the other side. The next statement opens a new one. */
  close(): void {
    this.connection?.destroy();
    this.connection = undefined;
  }

  private async connect(): Promise<Connection> {
    const passwordIsFresh = this.password === undefined;
    this.password ??= await readPassword(this.environment.DB_SECRET_ARN);
    try {
      return await this.logIn(this.password);
    } catch (error) {
      if (!isAccessDenied(error)) throw error;
      this.password = undefined;
      // A password from earlier may have been rotated since; one that was read just now is simply wrong.
      if (passwordIsFresh) throw error;
      this.password = await readPassword(this.environment.DB_SECRET_ARN);
      return this.logIn(this.password);
    }
  }

  private async logIn(password: string): Promise<Connection> {
    const connection = await createConnection({
      host: this.environment.DB_ENDPOINT,
      port: Number(this.environment.DB_PORT),
      user: this.environment.DB_USER,
      password,
      database: this.database,
      connectTimeout,
      // RDS Proxy's certificate chains to a root that Node trusts by itself; mysql2 checks the host name only when asked to.
      ssl: { minVersion: "TLSv1.2", verifyIdentity: true },
    });
    // Without a listener, a connection that closes between two invocations would end the whole container.
    connection.on("error", () => {
      if (this.connection === connection) this.connection = undefined;
    });
    return connection;
  }
}

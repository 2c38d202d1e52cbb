import { type Connection, createConnection } from "mysql2/promise";
import type { DatabaseEnvironment } from "./environment";
import { isAccessDenied, isConnectionError, isLostConnection } from "./errors";
import { type Login, loginFor } from "./login";

/**
 * Milliseconds to wait for the answer to a query on an open connection. It ends a query on a connection that vanished while
 * the container was frozen.
 */
const answerTimeout = 15_000;

/** Which database to work in: the one from the environment, or none, for example to create it. */
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
  private readonly login: Login;
  private readonly database: string | undefined;
  /** In milliseconds. */
  private readonly connectTimeout: number;

  constructor(
    private readonly environment: DatabaseEnvironment,
    options: DatabaseOptions = { database: environment.DB_NAME },
  ) {
    this.login = loginFor(environment);
    this.database = options.database;
    this.connectTimeout = Number(environment.DB_CONNECT_TIMEOUT) * 1_000;
  }

  /**
   * Runs a statement that only reads, and returns its rows as arrays of values.
   *
   * A read does no harm when it is sent twice. So a connection that was closed while the container slept is replaced once.
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
      const [rows] = await connection.query({ sql, rowsAsArray: true, timeout: this.connectTimeout + answerTimeout });
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
    try {
      return await this.logIn();
    } catch (error) {
      if (!isAccessDenied(error) || !this.login.refused()) throw error;
      return this.logIn();
    }
  }

  private async logIn(): Promise<Connection> {
    const connection = await createConnection({
      host: this.environment.DB_ENDPOINT,
      port: Number(this.environment.DB_PORT),
      user: this.environment.DB_USER,
      password: await this.login.password(),
      database: this.database,
      connectTimeout: this.connectTimeout,
      enableCleartextPlugin: this.login.cleartext,
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

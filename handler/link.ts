import { setImmediate as turnOfLoop } from "node:timers/promises";
import { type Connection, createConnection, type QueryOptions } from "mysql2";
import { connectFailure, isLost, statementFailure } from "./driverErrors";
import type { DatabaseEnvironment } from "./environment";
import { LoginRefusedError, StatementError, UnreachableError } from "./errors";
import type { Deadline } from "./invocation";
import { logger } from "./logger";
import { type Login, loginFor } from "./login";
import { retrying, type RetryRule, rules } from "./retries";
import { connectionOptions, type ValueOptions } from "./rows";

/** After so many milliseconds without a statement, the container may have been frozen: the client looks for a closed connection. */
const shortPause = 1_000;
/** After so many, the path may have gone silent: the client asks for a sign of life, which is one more round trip. */
const longPause = 30_000;
const pingTimeout = 1_500;

/** What a statement gave: mysql2's rows or header, and its description of the columns. */
export type Result = [result: unknown, fields: unknown];

/** The connection while somebody has it. */
export interface Borrowed {
  connection: Connection;
  deadline: Deadline;
  release: () => void;
}

/** Where a link leads. */
export interface LinkOptions extends ValueOptions {
  /** Database (schema), if any. */
  database: string | undefined;
}

/** The one connection through the proxy: opened when first needed, kept while the container is warm, replaced when it was lost. */
export class Link {
  private connection: Connection | undefined;
  private lastUsed = 0;
  private readonly login: Login;

  constructor(
    private readonly environment: DatabaseEnvironment,
    private readonly options: LinkOptions,
  ) {
    this.login = loginFor(environment);
  }

  /**
   * An open connection. One that was kept is looked at first, so that no statement is sent into one that is gone.
   *
   * @throws ConnectionError, or OutOfTimeError
   */
  async open(deadline: Deadline): Promise<Connection> {
    const kept = this.connection;
    if (kept !== undefined && (await this.isAlive(kept, deadline))) return kept;
    this.close();
    this.connection = await this.connect(deadline);
    this.lastUsed = Date.now();
    return this.connection;
  }

  /** Sends one statement as text, and waits for its answer. @throws DatabaseError */
  async send(connection: Connection, options: QueryOptions, deadline: Deadline): Promise<Result> {
    const timeout = deadline.leftFor("a statement");
    try {
      return await new Promise<Result>((resolve, reject) => {
        connection.query({ ...options, timeout }, (error, result, fields) => {
          if (error) reject(error);
          else resolve([result, fields]);
        });
      });
    } catch (error) {
      const failure = statementFailure(error);
      if (!(failure instanceof StatementError)) this.close();
      throw failure;
    } finally {
      this.lastUsed = Date.now();
    }
  }

  /** Drops the connection, without waiting for the other side. The next statement opens a new one. */
  close(): void {
    this.connection?.destroy();
    this.connection = undefined;
  }

  private async isAlive(connection: Connection, deadline: Deadline): Promise<boolean> {
    const pause = Date.now() - this.lastUsed;
    if (pause < shortPause) return true;
    // What arrived while the container was frozen, such as the end of the connection, is handled within these turns.
    await turnOfLoop();
    await turnOfLoop();
    if (this.connection !== connection) {
      logger.warn("Connecting again", { reason: "the kept connection was closed", pause });
      return false;
    }
    if (pause < longPause) return true;
    const pinged = new Promise<boolean>((resolve) => {
      connection.ping((error) => {
        resolve(!error);
      });
    });
    const alive = await deadline
      .within(pingTimeout)
      .wait(pinged, "a ping")
      .catch(() => false);
    if (!alive) logger.warn("Connecting again", { reason: "the kept connection did not answer a ping", pause });
    return alive;
  }

  private async connect(deadline: Deadline): Promise<Connection> {
    const within = deadline.within(Number(this.environment.DB_CONNECT_TIMEOUT) * 1_000);
    const isBound = within.left >= deadline.left;
    const seconds = within.left / 1_000;
    return retrying(
      within,
      async () => {
        const password = await this.login.password(within);
        within.leftFor("a connection");
        try {
          return await this.logIn(password, within.left);
        } catch (error) {
          if (isBound && (error as { code?: string }).code === "ETIMEDOUT") within.leftFor("a connection");
          const { DB_ENDPOINT: host, DB_USER: user } = this.environment;
          throw connectFailure(error, { host, user, database: this.options.database, seconds });
        }
      },
      (error) => this.ruleFor(error),
    );
  }

  private ruleFor(error: unknown): RetryRule | undefined {
    if (error instanceof LoginRefusedError) return this.login.refused();
    if (!(error instanceof UnreachableError)) return undefined;
    const brokeOff = isLost(error) || error.code === "ECONNREFUSED" || error.code === "EAI_AGAIN";
    return brokeOff ? rules.connectFailed : undefined;
  }

  private logIn(password: string, connectTimeout: number): Promise<Connection> {
    const { DB_ENDPOINT, DB_PORT, DB_USER } = this.environment;
    const connection = createConnection({
      host: DB_ENDPOINT,
      port: Number(DB_PORT),
      user: DB_USER,
      password,
      database: this.options.database,
      connectTimeout,
      enableCleartextPlugin: this.login.cleartext,
      // RDS Proxy's certificate chains to a root that Node trusts by itself; mysql2 checks the host name only when asked to.
      ssl: { minVersion: "TLSv1.2", verifyIdentity: true },
      ...connectionOptions(this.options),
    });
    return new Promise((resolve, reject) => {
      connection.once("connect", () => {
        resolve(connection);
      });
      // Without a listener, a connection that closes between two invocations would end the whole container.
      connection.on("error", (error) => {
        reject(error as Error);
        connection.destroy();
        if (this.connection === connection) this.connection = undefined;
      });
    });
  }
}

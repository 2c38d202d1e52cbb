import { setImmediate as turnOfLoop } from "node:timers/promises";
import { DatabaseConnection } from "./connection";
import { type Deadline, outOfTime } from "./deadline";
import { connectFailure, isLost } from "./driverErrors";
import type { DatabaseEnvironment } from "./environment";
import { LoginRefusedError, UnreachableError } from "./errors";
import { logger } from "./logger";
import { loginFor } from "./login";
import { retrying, type RetryRule, rules } from "./retries";
import { connectionOptions, type ValueOptions } from "./rows";

/** After so many milliseconds without a statement, the container may have been frozen: the client looks for a closed connection. */
const shortPause = 1_000;
const pingTimeout = 1_500;

/** Where a link leads. */
interface LinkOptions extends ValueOptions {
  /** Database (schema), if any. */
  database: string | undefined;
  /** Milliseconds without a statement after which the client asks for a sign of life. */
  pingAfter: number;
}

/** The one connection through the proxy: opened when first needed, kept while the container is warm, replaced when it was lost. */
export class Link {
  private connection: DatabaseConnection | undefined;
  private readonly login;

  constructor(
    private readonly environment: DatabaseEnvironment,
    private readonly options: LinkOptions,
  ) {
    this.login = loginFor(environment);
  }

  /** The kept connection, when it was used so shortly before that nobody has to look at it. */
  get ready(): DatabaseConnection | undefined {
    const kept = this.connection;
    const longest = Math.min(shortPause, this.options.pingAfter);
    return kept?.isOpen && Date.now() - kept.lastUsed < longest ? kept : undefined;
  }

  /**
   * An open connection. One that was kept is looked at first, so that no statement is sent into one that is gone.
   *
   * @throws ConnectionError, or OutOfTimeError
   */
  async open(deadline: Deadline): Promise<DatabaseConnection> {
    const kept = this.connection;
    if (kept !== undefined) {
      const pause = Date.now() - kept.lastUsed;
      const reason = await this.lossOf(kept, pause, deadline);
      if (reason === undefined) return kept;
      logger.warn("Connecting again", { reason, pause });
      this.close();
    }
    return (this.connection = await this.connect(deadline));
  }

  /** Drops the connection. The next statement opens a new one. */
  close(): void {
    this.connection?.close();
    this.connection = undefined;
  }

  /** Why a kept connection is no longer good; undefined when it is. */
  private async lossOf(kept: DatabaseConnection, pause: number, deadline: Deadline): Promise<string | undefined> {
    // What arrived while the container was frozen, such as the end of the connection, is handled within these turns.
    await turnOfLoop();
    await turnOfLoop();
    if (!kept.isOpen) return "the kept connection was closed";
    if (pause < this.options.pingAfter) return undefined;
    return kept.ping(deadline.within(pingTimeout)).then(
      () => undefined,
      () => "the kept connection did not answer a ping",
    );
  }

  private connect(deadline: Deadline): Promise<DatabaseConnection> {
    const limit = Number(this.environment.DB_CONNECT_TIMEOUT) * 1_000;
    return retrying(
      deadline.within(limit),
      () => this.logIn(deadline, limit),
      (error) => this.ruleFor(error),
    );
  }

  /** Each attempt has the whole limit: less would hide what the proxy says at the end of its borrow timeout. */
  private async logIn(deadline: Deadline, limit: number): Promise<DatabaseConnection> {
    const { DB_ENDPOINT: host, DB_PORT: port, DB_USER: user } = this.environment;
    const { database } = this.options;
    const password = await this.login.password(deadline.within(limit));
    const connectTimeout = Math.min(limit, deadline.leftFor("a connection"));
    try {
      return await DatabaseConnection.logIn({
        host,
        port: Number(port),
        user,
        password,
        database,
        connectTimeout,
        enableCleartextPlugin: this.login.cleartext,
        // RDS Proxy's certificate chains to a root that Node trusts by itself; mysql2 checks the host name only when asked to.
        ssl: { minVersion: "TLSv1.2", verifyIdentity: true },
        ...connectionOptions(this.options),
      });
    } catch (error) {
      const isLast = connectTimeout < limit && (error as { code?: string }).code === "ETIMEDOUT";
      throw isLast
        ? outOfTime("a connection", error)
        : connectFailure(error, { host, user, database, seconds: limit / 1_000 });
    }
  }

  private ruleFor(error: unknown): RetryRule | undefined {
    if (error instanceof LoginRefusedError) return this.login.refused();
    if (!(error instanceof UnreachableError)) return undefined;
    const isWorthIt = isLost(error) || ["ECONNREFUSED", "EAI_AGAIN", "HANDSHAKE_SSL_ERROR"].includes(error.code ?? "");
    return isWorthIt ? rules.connectFailed : undefined;
  }
}

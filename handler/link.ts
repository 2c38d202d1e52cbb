import { setImmediate as turnOfLoop } from "node:timers/promises";
import type { Connection, QueryOptions } from "mysql2";
import { type LinkOptions, logIn } from "./connect";
import { connectFailure, isLost, outOfTime, statementFailure } from "./driverErrors";
import type { DatabaseEnvironment } from "./environment";
import { LoginRefusedError, StatementError, UnreachableError } from "./errors";
import type { Deadline } from "./invocation";
import { logger } from "./logger";
import { type Login, loginFor } from "./login";
import { retrying, type RetryRule, rules } from "./retries";

/** After so many milliseconds without a statement, the container may have been frozen: the client looks for a closed connection. */
const shortPause = 1_000;
const pingTimeout = 1_500;
const closed = "the kept connection was closed";
const nothing = (): void => undefined;
/** Milliseconds by which two readings of the time that is left may differ. */
const clockJitter = 5;

/** What a statement gave: mysql2's rows or header, and its description of the columns. */
export type Result = [result: unknown, fields: unknown];

/** The connection while somebody has it. */
export interface Borrowed {
  connection: Connection;
  deadline: Deadline;
  release: () => void;
}

/** The one connection through the proxy: opened when first needed, kept while the container is warm, replaced when it was lost. */
export class Link {
  private connection: Connection | undefined;
  private lastUsed = 0;
  /** Why the kept connection is gone, when that was noticed between two statements. */
  private lost: string | undefined;
  /** Ends the wait for the answer, of each statement that is under way. */
  private readonly underWay = new Set<(reason: Error) => void>();
  private timer: NodeJS.Timeout | undefined;
  private timerEnd = 0;
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
    const used = this.justUsed();
    if (used !== undefined) return used;
    const kept = this.connection;
    const reason = this.lost ?? (kept && (await this.findLoss(kept, deadline)));
    if (kept !== undefined && reason === undefined) return kept;
    if (reason !== undefined) logger.warn("Connecting again", { reason, pause: Date.now() - this.lastUsed });
    this.close();
    this.lost = undefined;
    this.connection = await this.connect(deadline);
    this.lastUsed = Date.now();
    return this.connection;
  }

  /** The connection that was kept, when it was used so shortly before that nobody has to look at it. */
  justUsed(): Connection | undefined {
    return Date.now() - this.lastUsed < shortPause ? this.connection : undefined;
  }

  /**
   * Sends one statement as text, and waits for its answer. It does so without an async function of its own, because every statement
   * of a warm container goes through here.
   *
   * @param done called when the connection is free for the next statement
   * @throws DatabaseError
   */
  send(connection: Connection, options: QueryOptions, deadline: Deadline, done = nothing): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (deadline.left === 0) {
        done();
        reject(outOfTime("a statement"));
        return;
      }
      this.watch(deadline);
      const fail = (error: Error): void => {
        // mysql2 may tell of the end of a connection that was dropped long before.
        if (!this.underWay.delete(fail)) return;
        const failure = statementFailure(error);
        if (!(failure instanceof StatementError)) this.close();
        done();
        reject(failure);
      };
      this.underWay.add(fail);
      connection.query(options, (error, result, fields) => {
        this.lastUsed = Date.now();
        if (error) {
          fail(error);
        } else if (this.underWay.delete(fail)) {
          done();
          resolve([result, fields]);
        }
      });
    });
  }

  /**
   * Ends the wait for answers at the deadline. All statements of an invocation have the same one, so it takes one
   * timer; mysql2 would make one for each statement.
   */
  private watch(deadline: Deadline): void {
    if (this.timer !== undefined && Math.abs(deadline.end - this.timerEnd) < clockJitter) return;
    clearTimeout(this.timer);
    this.timerEnd = deadline.end;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      // mysql2 does not tell the statements of a connection that is dropped.
      for (const end of this.underWay) end(outOfTime("the answer to a statement"));
    }, deadline.left).unref();
  }

  /** Drops the connection, without waiting for the other side. The next statement opens a new one. */
  close(): void {
    this.connection?.destroy();
    this.connection = undefined;
    for (const end of this.underWay) {
      end(Object.assign(new Error("the connection was closed"), { code: "ECONNABORTED" }));
    }
  }

  /** Why the kept connection is no longer good; undefined when it is. */
  private async findLoss(connection: Connection, deadline: Deadline): Promise<string | undefined> {
    // What arrived while the container was frozen, such as the end of the connection, is handled within these turns.
    await turnOfLoop();
    await turnOfLoop();
    if (this.lost !== undefined) return this.lost;
    if (Date.now() - this.lastUsed < this.options.pingAfter) return undefined;
    const pinged = new Promise<string | undefined>((resolve) => {
      connection.ping((error) => {
        resolve(error ? closed : undefined);
      });
    });
    return deadline
      .within(pingTimeout)
      .wait(pinged, "a ping")
      .catch(() => "the kept connection did not answer a ping");
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
          return await logIn(
            { environment: this.environment, options: this.options, password, timeout: within.left },
            this.login,
            (connection) => {
              this.forget(connection);
            },
          );
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
    const isWorthIt = isLost(error) || ["ECONNREFUSED", "EAI_AGAIN", "HANDSHAKE_SSL_ERROR"].includes(error.code ?? "");
    return isWorthIt ? rules.connectFailed : undefined;
  }

  /** Called when a connection has ended by itself. */
  private forget(connection: Connection): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.lost = closed;
  }
}

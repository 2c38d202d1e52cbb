import { AsyncLocalStorage } from "node:async_hooks";
import type { QueryOptions } from "mysql2";
import type { Connection } from "mysql2/promise";
import { Borrowed } from "./connection";
import { Deadline } from "./deadline";
import type { DatabaseEnvironment } from "./environment";
import { ConnectionLostError, UsageError } from "./errors";
import { Link } from "./link";
import { retrying, rules } from "./retries";
import { type Result, type Row, rowsOf, type ValueOptions } from "./rows";
import { runTransaction, type Transaction, type TransactionOptions } from "./transaction";
import { type Holder, Turns } from "./turns";
import { type Values, withValues } from "./values";

/** Milliseconds that Lambda gives an invocation at most. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const longestInvocation = 900_000;

/** What a snapshot can do. */
export type SnapshotReads = Pick<Transaction, "read" | "readArrays">;

/** Settings of a client. */
export interface DatabaseOptions extends ValueOptions {
  /**
   * Database (schema) to work in; null for none, for example to create it.
   * @default the environment's DB_NAME
   */
  database?: string | null | undefined;
  /**
   * Milliseconds that a call may take where it is not known how many the invocation has left, because the callback was not made
   * with `callback`: 1 to 900000.
   * @default 20000
   */
  timeLimit?: number | undefined;
  /**
   * Milliseconds without a statement after which the next one waits for a sign of life first, since the path to the proxy may have
   * gone silent while the container was frozen. That is one round trip more. 0 asks before each statement, Infinity never.
   * @default 30000
   */
  pingAfter?: number | undefined;
}

/**
 * A client that reads, for the proxy's endpoint for readers. `Database` says what both have in common.
 */
export class ReadOnlyDatabase {
  private readonly link: Link;
  private readonly turns = new Turns();
  /** Set inside of a transaction: what runs there must not wait for the connection that the transaction has. */
  private readonly owner = new AsyncLocalStorage<Holder>();
  private readonly timeLimit: number;

  /** Nothing is opened yet. @throws UsageError when an option is out of its range */
  constructor(environment: DatabaseEnvironment, options: DatabaseOptions = {}) {
    const { database = environment.DB_NAME, timeLimit = 20_000, pingAfter = 30_000 } = options;
    if (!(timeLimit >= 1 && timeLimit <= longestInvocation)) {
      throw new UsageError(
        `timeLimit is ${timeLimit}, but it must be a number of milliseconds from 1 to ${longestInvocation}.`,
      );
    }
    if (!(pingAfter >= 0)) {
      throw new UsageError(`pingAfter is ${pingAfter}, but it must be a number of milliseconds, 0 or more.`);
    }
    this.timeLimit = timeLimit;
    this.link = new Link(environment, { ...options, database: database ?? undefined, pingAfter });
  }

  /**
   * Runs a statement that only reads, and returns its rows as objects.
   *
   * A read does no harm when it is sent twice. So when the connection is lost during it, it is sent once more.
   *
   * @throws DatabaseError
   */
  read<T extends object = Row>(sql: string, values?: Values): Promise<T[]> {
    return this.readAgain(sql, values, false) as Promise<T[]>;
  }

  /** As `read`, with each row as an array of its values, in the order of the columns. */
  readArrays<T extends unknown[] = unknown[]>(sql: string, values?: Values): Promise<T[]> {
    return this.readAgain(sql, values, true) as Promise<T[]>;
  }

  /**
   * Runs a statement that only reads, and returns its rows one after the other: for more rows than memory holds.
   *
   * The stream has the connection until its end. A loop that ends early closes the connection.
   */
  async *stream<T extends object = Row>(sql: string, values?: Values): AsyncGenerator<T, void, undefined> {
    const text = withValues(sql, values);
    const borrowed = await this.borrow("a stream");
    try {
      yield* borrowed.rows({ sql: text }) as AsyncGenerator<T, void, undefined>;
    } finally {
      borrowed.release();
    }
  }

  /**
   * Reads several times from one state of the data, whatever others write meanwhile: a transaction that is read only.
   *
   * @throws DatabaseError
   */
  snapshot<T>(work: (tx: SnapshotReads) => Promise<T>): Promise<T> {
    return this.runTransaction(work, { readOnly: true });
  }

  /**
   * Lends the one connection as mysql2's, for what this client does not cover. Other statements wait meanwhile. No `execute`
   * there: a prepared statement pins the session.
   *
   * @throws what `work` throws; OutOfTimeError when the invocation has no time left, and the connection is then closed
   */
  async withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const deadline = this.deadline();
    const { connection, release } = await this.borrow("a borrowed connection", deadline);
    try {
      return await connection.lend(
        () => this.owner.run("a borrowed connection", () => work(connection.driver.promise())),
        deadline,
      );
    } finally {
      release();
    }
  }

  /** Lends the connection until its release: to a statement, a transaction, or an adapter for another library. Others wait meanwhile. */
  async borrow(holder: Holder, deadline = this.deadline()): Promise<Borrowed> {
    const now = this.borrowNow(holder, deadline);
    if (now !== undefined) return now;
    const release = await this.turns.take(holder, deadline);
    try {
      return new Borrowed(await this.link.open(deadline), deadline, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Lends it if nobody has it and nobody has to look at it first, as in nearly all cases. */
  private borrowNow(holder: Holder, deadline: Deadline): Borrowed | undefined {
    const owner = this.owner.getStore();
    if (owner !== undefined) {
      throw new UsageError(
        `This would wait for ${owner} that waits for this: inside of it, use what it was given (tx) instead of the database.`,
      );
    }
    const { ready } = this.link;
    const release = ready && this.turns.takeNow(holder);
    return release && new Borrowed(ready, deadline, release);
  }

  /** Drops the connection, without waiting for the other side. The next statement opens a new one. */
  close(): void {
    this.link.close();
  }

  /** Sends one text command. A prepared statement would pin the session to its connection. */
  protected async send(options: QueryOptions, deadline = this.deadline()): Promise<Result> {
    const borrowed = this.borrowNow("a statement", deadline) ?? (await this.borrow("a statement", deadline));
    try {
      return await borrowed.send(options);
    } finally {
      borrowed.release();
    }
  }

  /** @internal */
  protected runTransaction<T>(
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions & { readOnly: boolean },
  ): Promise<T> {
    const deadline = this.deadline();
    return runTransaction(
      () => this.borrow("a transaction", deadline),
      (tx) => this.owner.run("a transaction", () => work(tx)),
      options,
      deadline,
    );
  }

  private deadline(): Deadline {
    return Deadline.ofInvocation(this.timeLimit);
  }

  private async readAgain(sql: string, values: Values | undefined, rowsAsArray: boolean): Promise<unknown[]> {
    const options = { sql: withValues(sql, values), rowsAsArray };
    const deadline = this.deadline();
    const result = await retrying(
      deadline,
      () => this.send(options, deadline),
      (error) => (error instanceof ConnectionLostError ? rules.lostRead : undefined),
    );
    return rowsOf(result);
  }
}

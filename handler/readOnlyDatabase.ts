import { AsyncLocalStorage } from "node:async_hooks";
import type { Connection, QueryOptions } from "mysql2";
import type { Connection as PromiseConnection } from "mysql2/promise";
import type { DatabaseEnvironment } from "./environment";
import { ConnectionLostError, UsageError } from "./errors";
import { Deadline } from "./invocation";
import { type Borrowed, Link, type Result } from "./link";
import { retrying, rules } from "./retries";
import { type Row, rowsOf, typeCastOf, type ValueOptions } from "./rows";
import { streamRows } from "./stream";
import { runTransaction, type Transaction, type TransactionOptions } from "./transaction";
import { type Holder, Turns } from "./turns";
import { type Values, withValues } from "./values";

/** What a snapshot can do. */
export type SnapshotReads = Pick<Transaction, "read" | "readArrays">;

/** The connection while an adapter has it. */
export interface Borrowing {
  connection: Connection;
  /** Sends a statement as text, and waits no longer than the invocation. @throws DatabaseError */
  send: (options: QueryOptions) => Promise<Result>;
  release: () => void;
}

/** Settings of a client. */
export interface DatabaseOptions extends ValueOptions {
  /**
   * Database (schema) to work in; null for none, for example to create it.
   * @default the environment's DB_NAME
   */
  database?: string | null | undefined;
  /**
   * Milliseconds that a call may take where it is not known how many the invocation has left, because the callback was not made
   * with `callback`.
   * @default 20000
   */
  timeLimit?: number | undefined;
  /**
   * Milliseconds without a statement after which the next one waits for a sign of life first, since the path to the proxy may have
   * gone silent while the container was frozen. That is one round trip more.
   * @default 30000
   */
  pingAfter?: number | undefined;
}

/**
 * A client that reads, for the proxy's endpoint for readers. `Database` says what both have in common.
 */
export class ReadOnlyDatabase {
  protected readonly link: Link;
  protected readonly turns = new Turns();
  /** Set inside of a transaction: what runs there must not wait for the connection that the transaction has. */
  protected readonly owner = new AsyncLocalStorage<Holder>();
  private readonly timeLimit: number;
  private readonly typeCast: QueryOptions["typeCast"];

  /** @throws EnvironmentError from {@link readEnvironment}; nothing is opened yet */
  constructor(environment: DatabaseEnvironment, options: DatabaseOptions = {}) {
    const { database = environment.DB_NAME, timeLimit = 20_000, pingAfter = 30_000 } = options;
    this.timeLimit = timeLimit;
    this.typeCast = typeCastOf(options);
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
  stream<T extends object = Row>(sql: string, values?: Values): AsyncGenerator<T, void, undefined> {
    const text = withValues(sql, values);
    return streamRows<T>(text, { typeCast: this.typeCast }, () => this.takeFor("a stream"), this.link);
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
   */
  async withConnection<T>(work: (connection: PromiseConnection) => Promise<T>): Promise<T> {
    const { connection, release } = await this.takeFor("a borrowed connection");
    try {
      return await this.owner.run("a borrowed connection", () => work(connection.promise()));
    } finally {
      release();
    }
  }

  /** Lends the connection until `release`, to an adapter for another library. Other statements wait meanwhile. */
  async borrow(): Promise<Borrowing> {
    const { connection, deadline, release } = await this.takeFor("a borrowed connection");
    return { connection, release, send: (options) => this.link.send(connection, options, deadline) };
  }

  /** Drops the connection, without waiting for the other side. The next statement opens a new one. */
  close(): void {
    this.link.close();
  }

  /** Waits for the connection, and opens it. */
  protected async takeFor(holder: Holder): Promise<Borrowed> {
    const deadline = this.deadlineFor();
    const release = await this.turns.take(holder, deadline);
    try {
      return { connection: await this.link.open(deadline), deadline, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The same where nothing has to be waited for, as in most invocations; else undefined. */
  private takeNow(holder: Holder): Borrowed | undefined {
    const connection = this.link.justUsed();
    const release = connection && this.turns.takeIfFree(holder);
    return release && { connection, deadline: Deadline.ofInvocation(this.timeLimit), release };
  }

  /** @throws UsageError for what would wait for itself */
  private deadlineFor(): Deadline {
    const owner = this.owner.getStore();
    if (owner === undefined) return Deadline.ofInvocation(this.timeLimit);
    throw new UsageError(
      `This would wait for ${owner} that waits for this: inside of it, use what it was given (tx) instead of the database.`,
    );
  }

  /** Sends one text command. A prepared statement would pin the session to its connection. */
  protected send(sql: string, rowsAsArray: boolean): Promise<Result> {
    const options = this.typeCast === undefined ? { sql, rowsAsArray } : { sql, rowsAsArray, typeCast: this.typeCast };
    const send = ({ connection, deadline, release }: Borrowed) =>
      this.link.send(connection, options, deadline, release);
    const borrowed = this.takeNow("a statement");
    return borrowed === undefined ? this.takeFor("a statement").then(send) : send(borrowed);
  }

  protected runTransaction<T>(
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions & { readOnly: boolean },
  ): Promise<T> {
    return runTransaction(
      {
        take: () => this.takeFor("a transaction"),
        link: this.link,
        options: { typeCast: this.typeCast },
        inside: (body) => this.owner.run("a transaction", body),
      },
      work,
      options,
    );
  }

  private async readAgain(sql: string, values: Values | undefined, rowsAsArray: boolean): Promise<unknown[]> {
    const text = withValues(sql, values);
    let failure: { error: unknown } | undefined;
    try {
      return rowsOf(...(await this.send(text, rowsAsArray)));
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
      failure = { error };
    }
    const again = retrying(
      Deadline.ofInvocation(this.timeLimit),
      () => this.send(text, rowsAsArray),
      (error) => (error instanceof ConnectionLostError ? rules.lostRead : undefined),
      failure,
    );
    return rowsOf(...(await again));
  }
}

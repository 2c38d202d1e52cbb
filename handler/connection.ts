import type { Socket } from "node:net";
import { type Connection, type ConnectionOptions, createConnection, type QueryOptions } from "mysql2";
import { type Deadline, outOfTime, unwatch } from "./deadline";
import { statementFailure } from "./driverErrors";
import { StatementError } from "./errors";
import type { Result } from "./rows";

/** How many rows of a stream wait in memory before the server has to wait. */
const rowsAhead = 100;

/** The connection while somebody has it, who then must release it. No wait on it outlasts the deadline. */
export class Borrowed {
  constructor(
    readonly connection: DatabaseConnection,
    private readonly deadline: Deadline,
    readonly release: () => void,
  ) {}

  /** Sends a statement as text, and waits for its answer. @throws DatabaseError */
  send(options: QueryOptions): Promise<Result> {
    return this.connection.send(options, this.deadline);
  }

  /** The same, with the rows one after the other. */
  rows(options: QueryOptions): AsyncGenerator<object, void, undefined> {
    return this.connection.rows(options, this.deadline);
  }
}

type End<T> = (error: unknown, value?: T) => void;

/** One connection of mysql2, on which no wait outlasts the deadline or the connection. */
export class DatabaseConnection {
  /** When the server was last heard, in milliseconds since 1970. */
  lastUsed = Date.now();
  /** Ends each wait that is under way. */
  private readonly waits = new Set<End<never>>();

  private constructor(
    /** mysql2's own connection, for what this class does not cover. */
    readonly driver: Connection,
  ) {
    // mysql2 tells the statement that is under way when the connection ends, but not one whose rows are read as a stream.
    driver.on("error", (error) => {
      this.endWaits(statementFailure(error));
    });
  }

  /**
   * Connects and logs in.
   *
   * @throws what mysql2 throws, with the code ETIMEDOUT when it takes longer than `connectTimeout`
   */
  static logIn(options: ConnectionOptions): Promise<DatabaseConnection> {
    const driver = createConnection(options);
    return new Promise((resolve, reject) => {
      driver.once("connect", () => {
        resolve(new DatabaseConnection(driver));
      });
      // It stays: without a listener, a connection that ends between two invocations would end the whole container.
      driver.on("error", (error) => {
        reject(error as Error);
        drop(driver);
      });
    });
  }

  /** False when one side has ended the connection, as far as it is known here. */
  get isOpen(): boolean {
    return this.driver.state === "authenticated" && socketOf(this.driver).writable;
  }

  /** Sends one statement as text, and waits for its answer. @throws DatabaseError */
  send(options: QueryOptions, deadline: Deadline): Promise<Result> {
    return this.wait("the answer to a statement", deadline, (end) => {
      this.driver.query(options, (error, result, columns) => {
        if (error) this.fail(error, end);
        else end(undefined, [result, columns]);
      });
    });
  }

  /**
   * Sends one statement as text, and gives its rows one after the other. When not all of them are read, the connection ends, since
   * they would have to be received before the next statement.
   *
   * @throws DatabaseError
   */
  async *rows(options: QueryOptions, deadline: Deadline): AsyncGenerator<object, void, undefined> {
    this.check("a statement", deadline);
    const rows = this.driver.query(options).stream({ highWaterMark: rowsAhead });
    this.wait("the rows of a stream", deadline, (end) => {
      rows.once("close", end);
    }).catch((error: unknown) => rows.destroy(error as Error));
    let isWhole = false;
    try {
      for await (const row of rows) yield row as object;
      isWhole = true;
    } catch (error) {
      const failure = statementFailure(error);
      isWhole = failure instanceof StatementError;
      throw failure;
    } finally {
      if (!isWhole) this.close();
    }
  }

  /** Asks for a sign of life. @throws an error when there is none */
  ping(deadline: Deadline): Promise<void> {
    return this.wait("a ping", deadline, (end) => {
      this.driver.ping(end);
    });
  }

  /** Lets `work` use mysql2's own connection until the deadline. @throws ConnectionLostError, OutOfTimeError, or what `work` throws */
  lend<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    return this.wait("what was done with the connection", deadline, (end) => {
      work().then(
        (value) => {
          end(undefined, value);
        },
        (error: unknown) => {
          if ((error as { fatal?: boolean } | undefined)?.fatal) this.fail(error, end);
          else end(error);
        },
      );
    });
  }

  /** Ends the connection at once, without waiting for the other side, and all waits. */
  close(): void {
    drop(this.driver);
    this.endWaits(statementFailure(Object.assign(new Error("the client closed it"), { code: "ECONNABORTED" })));
  }

  /** @throws OutOfTimeError, or ConnectionLostError when the connection has ended since it was opened */
  private check(what: string, deadline: Deadline): void {
    deadline.leftFor(what);
    if (!this.isOpen) throw statementFailure(Object.assign(new Error("it had ended before"), { code: "ENOTCONN" }));
  }

  /**
   * Waits for the end of what `begin` begins. When the deadline comes first, the connection is closed, since nobody knows what is still
   * to come on it.
   */
  private wait<T>(what: string, deadline: Deadline, begin: (end: End<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.check(what, deadline);
      const end: End<T> = (error, value) => {
        if (!this.waits.delete(end)) return;
        unwatch(over);
        this.lastUsed = Date.now();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the driver or the callback has thrown
        if (error) reject(error);
        else resolve(value as T);
      };
      const over = (): void => {
        end(outOfTime(what));
        this.close();
      };
      this.waits.add(end);
      deadline.watch(over);
      try {
        begin(end);
      } catch (error) {
        end(error);
      }
    });
  }

  private endWaits(reason: Error): void {
    for (const end of this.waits) end(reason);
  }

  /** After a refusal of the server the connection is as good as before, else it is closed. */
  private fail(error: unknown, end: End<never>): void {
    const failure = statementFailure(error);
    end(failure);
    if (!(failure instanceof StatementError)) this.close();
  }
}

// mysql2's types leave it out.
const socketOf = (driver: Connection): Socket => (driver as unknown as { stream: Socket }).stream;

/** mysql2 says goodbye to the other side, and then waits for it. The other side may be gone. */
function drop(driver: Connection): void {
  driver.destroy();
  socketOf(driver).destroy();
}

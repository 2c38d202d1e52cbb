import type { Borrowed } from "./connection";
import type { Deadline } from "./deadline";
import { ConflictError, ConnectionLostError, UsageError } from "./errors";
import { retrying, rules } from "./retries";
import { type Result, type Row, rowsOf, type Written, written } from "./rows";
import { type Values, withValues } from "./values";

/** Settings of a transaction. */
export interface TransactionOptions {
  /**
   * How many more times to run the whole of it after a deadlock (1213) or a lock that was not released in time (1205), 0 to 10.
   * Only for work that may run twice: all it does outside of the database happens again.
   * @default 0
   */
  conflictRetries?: number | undefined;
}

/** An open transaction. Its statements are part of it; none is ever sent twice. */
export interface Transaction {
  /** Rows as objects. */
  read<T extends object = Row>(sql: string, values?: Values): Promise<T[]>;
  /** Rows as arrays of values. */
  readArrays<T extends unknown[] = unknown[]>(sql: string, values?: Values): Promise<T[]>;
  /** What a statement that writes has done. */
  execute(sql: string, values?: Values): Promise<Written>;
}

const mostRetries = 10;

/** @param take waits for the connection */
export async function runTransaction<T>(
  take: () => Promise<Borrowed>,
  work: (tx: Transaction) => Promise<T>,
  { conflictRetries = 0, readOnly }: TransactionOptions & { readOnly: boolean },
  deadline: Deadline,
): Promise<T> {
  if (!Number.isInteger(conflictRetries) || conflictRetries < 0 || conflictRetries > mostRetries) {
    throw new UsageError(
      `conflictRetries is ${conflictRetries}, but it must be a whole number from 0 to ${mostRetries}.`,
    );
  }
  const begin = readOnly ? "start transaction read only" : "start transaction";
  const conflict = { ...rules.conflict, times: conflictRetries };
  return retrying(
    deadline,
    async () => {
      const borrowed = await retrying(
        deadline,
        () => takeAndSend(take, begin),
        (error) => (error instanceof ConnectionLostError ? rules.lostBegin : undefined),
      );
      try {
        return await runOnce(borrowed, work);
      } finally {
        borrowed.release();
      }
    },
    (error) => (error instanceof ConflictError ? conflict : undefined),
  );
}

async function takeAndSend(take: () => Promise<Borrowed>, sql: string): Promise<Borrowed> {
  const borrowed = await take();
  try {
    await borrowed.send({ sql });
    return borrowed;
  } catch (error) {
    borrowed.release();
    throw error;
  }
}

async function runOnce<T>(borrowed: Borrowed, work: (tx: Transaction) => Promise<T>): Promise<T> {
  let isOver = false;
  let deadlock: Error | undefined;
  const sendInside = async (sql: string, values?: Values, rowsAsArray = false): Promise<Result> => {
    if (isOver) throw new UsageError(`The transaction is over: await all of its statements before it returns: ${sql}`);
    if (deadlock !== undefined) throw deadlock;
    try {
      return await borrowed.send({ sql: withValues(sql, values), rowsAsArray });
    } catch (error) {
      // The server has rolled back all of it. What comes later would be committed without what came before.
      if (error instanceof ConflictError && error.errno === 1213) deadlock = error;
      throw error;
    }
  };
  const tx: Transaction = {
    read: async <R extends object>(sql: string, values?: Values) => rowsOf(await sendInside(sql, values)) as R[],
    readArrays: async <R extends unknown[]>(sql: string, values?: Values) =>
      rowsOf(await sendInside(sql, values, true)) as R[],
    execute: async (sql, values) => written(await sendInside(sql, values)),
  };
  try {
    const result = await work(tx);
    isOver = true;
    if (deadlock !== undefined) throw deadlock;
    await borrowed.send({ sql: "commit" });
    return result;
  } catch (error) {
    isOver = true;
    // The server rolls back by itself when the connection ends.
    await borrowed.send({ sql: "rollback" }).catch(() => {
      borrowed.connection.close();
    });
    throw error;
  }
}

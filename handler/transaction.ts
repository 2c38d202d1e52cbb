import { setTimeout as sleep } from "node:timers/promises";
import type { QueryOptions } from "mysql2";
import { ConflictError, ConnectionLostError, UsageError } from "./errors";
import type { Borrowed, Link, Result } from "./link";
import { logger } from "./logger";
import { rules } from "./retries";
import { type Row, rowsOf, type Written, written } from "./rows";
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

/** What a transaction needs of its database. */
export interface TransactionContext {
  take: () => Promise<Borrowed>;
  link: Link;
  options: Pick<QueryOptions, "typeCast">;
  inside: <T>(body: () => Promise<T>) => Promise<T>;
}

const mostRetries = 10;
const firstPause = 50;

export async function runTransaction<T>(
  context: TransactionContext,
  work: (tx: Transaction) => Promise<T>,
  { conflictRetries = 0, readOnly }: TransactionOptions & { readOnly: boolean },
): Promise<T> {
  if (!Number.isInteger(conflictRetries) || conflictRetries < 0 || conflictRetries > mostRetries) {
    throw new UsageError(
      `conflictRetries is ${conflictRetries}, but it must be a whole number from 0 to ${mostRetries}.`,
    );
  }
  for (let retry = 1; ; retry++) {
    const borrowed = await begin(context, readOnly);
    try {
      return await runOnce(context, borrowed, work);
    } catch (error) {
      // A random pause, so that two transactions that were in each other's way do not meet again.
      const pause = firstPause * 2 ** (retry - 1) * (0.5 + Math.random());
      if (!(error instanceof ConflictError) || retry > conflictRetries || borrowed.deadline.left <= pause) throw error;
      logger.warn("Trying again", { reason: error.message, retry, of: conflictRetries });
      await sleep(pause);
    } finally {
      borrowed.release();
    }
  }
}

/** Nothing has been done yet: a connection that turns out to be lost is replaced once. */
async function begin({ take, link }: TransactionContext, readOnly: boolean): Promise<Borrowed> {
  const sql = readOnly ? "start transaction read only" : "start transaction";
  for (let attempt = 0; ; attempt++) {
    const borrowed = await take();
    try {
      await link.send(borrowed.connection, { sql }, borrowed.deadline);
      return borrowed;
    } catch (error) {
      borrowed.release();
      const { reason, times } = rules.lostBegin;
      if (!(error instanceof ConnectionLostError) || attempt === times) throw error;
      logger.warn("Trying again", { reason, retry: attempt + 1, of: times });
    }
  }
}

async function runOnce<T>(
  { link, options, inside }: TransactionContext,
  { connection, deadline }: Borrowed,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  let isOver = false;
  const send = async (sql: string, values: Values | undefined, rowsAsArray: boolean): Promise<Result> => {
    if (isOver) throw new UsageError(`The transaction is over: await all of its statements before it returns: ${sql}`);
    return link.send(connection, { sql: withValues(sql, values), rowsAsArray, ...options }, deadline);
  };
  const tx: Transaction = {
    read: async <R extends object>(sql: string, values?: Values) => rowsOf(...(await send(sql, values, false))) as R[],
    readArrays: async <R extends unknown[]>(sql: string, values?: Values) =>
      rowsOf(...(await send(sql, values, true))) as R[],
    execute: async (sql, values) => written((await send(sql, values, false))[0]),
  };
  try {
    const result = await inside(() => work(tx));
    isOver = true;
    await link.send(connection, { sql: "commit" }, deadline);
    return result;
  } catch (error) {
    isOver = true;
    await rollBack();
    throw error;
  }

  /** The server rolls back by itself when the connection ends. */
  async function rollBack(): Promise<void> {
    if (deadline.left === 0) {
      link.close();
    } else {
      await link.send(connection, { sql: "rollback" }, deadline).catch(() => {
        link.close();
      });
    }
  }
}

import type { Connection, QueryOptions } from "mysql2";
import type { Pool } from "mysql2/promise";
import type { Result } from "./link";
import type { Borrowing, ReadOnlyDatabase } from "./readOnlyDatabase";
import { type Value, withValues } from "./values";

type Answer = (error: unknown, result?: unknown) => void;

/** What Kysely's `MysqlDialect` asks of a pool. */
export interface KyselyPool {
  getConnection(callback: (error: unknown, connection: KyselyConnection) => void): void;
  end(callback: (error: unknown) => void): void;
}

interface KyselyConnection {
  query(
    sql: string,
    parameters: readonly unknown[],
  ): {
    stream: <T>(options: { highWaterMark?: number }) => { [Symbol.asyncIterator](): AsyncIterableIterator<T> };
  };
  query(sql: string, parameters: readonly unknown[], callback: Answer): void;
  release(): void;
}

/**
 * The client's one connection as a pool for Kysely: `new Kysely({ dialect: new MysqlDialect({ pool: kyselyPool(database) }) })`.
 *
 * All statements go as text, none is prepared. One that runs while another one has the connection waits.
 */
export function kyselyPool(database: ReadOnlyDatabase): KyselyPool {
  return {
    getConnection(callback) {
      database.borrow().then(
        (borrowing) => {
          callback(undefined, kyselyConnection(borrowing));
        },
        (error: unknown) => {
          callback(error, undefined as never);
        },
      );
    },
    end(callback) {
      database.close();
      callback(undefined);
    },
  };
}

function kyselyConnection({ connection, send, release }: Borrowing): KyselyConnection {
  function query(sql: string, parameters: readonly unknown[], callback?: Answer): never {
    const text = withValues(sql, parameters as Value[]);
    if (callback === undefined) return connection.query(text) as never;
    send({ sql: text }).then(([result]) => {
      callback(undefined, result);
    }, callback);
    return undefined as never;
  }
  return { query, release };
}

/**
 * The client's one connection as Drizzle's client: `drizzle({ client: drizzleClient(database) })`.
 *
 * All statements go as text, none is prepared. One that runs while another one has the connection waits.
 */
export function drizzleClient(database: ReadOnlyDatabase): Pool {
  const once = async (options: QueryOptions | string, values?: unknown[]): Promise<Result> => {
    const borrowing = await database.borrow();
    try {
      return await borrowing.send(written(options, values));
    } finally {
      borrowing.release();
    }
  };
  const getConnection = async () => {
    const { connection, send, release } = await database.borrow();
    const query = (options: QueryOptions | string, values?: unknown[]) => send(written(options, values));
    // Drizzle's iterators read from mysql2's own connection, and end it afterwards.
    return { query, execute: query, release, connection: forIterator(connection, release) };
  };
  const close = (): Promise<void> => {
    database.close();
    return Promise.resolve();
  };
  // Drizzle uses no more of a pool than this.
  return { query: once, execute: once, getConnection, end: close } as unknown as Pool;
}

const forIterator = (connection: Connection, release: () => void) => ({
  query: (options: QueryOptions, values?: unknown[]) => connection.query(written(options, values)),
  end: release,
});

/** A statement with its values in it, so that nothing is left that could be prepared. */
function written(options: QueryOptions | string, values?: unknown[]): QueryOptions {
  const { sql, values: own, ...others } = typeof options === "string" ? { sql: options } : options;
  return { ...others, sql: withValues(sql, (values ?? (own as unknown[] | undefined) ?? []) as Value[]) };
}

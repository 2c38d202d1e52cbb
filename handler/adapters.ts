import { Readable } from "node:stream";
import type { QueryOptions } from "mysql2";
import type { Pool } from "mysql2/promise";
import type { Borrowed } from "./connection";
import type { ReadOnlyDatabase } from "./readOnlyDatabase";
import { type Value, withValues } from "./values";

type Answer = (error: unknown, result?: unknown) => void;

/** What Kysely's `MysqlDialect` asks of a pool. */
export interface KyselyPool {
  /** Lends the connection. */
  getConnection(callback: (error: unknown, connection: KyselyConnection) => void): void;
  /** Closes the connection. */
  end(callback: (error: unknown) => void): void;
}

interface KyselyConnection {
  query(
    sql: string,
    parameters: readonly unknown[],
  ): {
    stream: <T>() => { [Symbol.asyncIterator](): AsyncIterableIterator<T> };
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
      database.borrow("a borrowed connection").then(
        (borrowed) => {
          callback(undefined, kyselyConnection(borrowed));
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

function kyselyConnection(borrowed: Borrowed): KyselyConnection {
  function query(sql: string, parameters: readonly unknown[], callback?: Answer): never {
    const statement = written(sql, parameters);
    if (callback === undefined) return { stream: () => borrowed.rows(statement) } as never;
    borrowed.send(statement).then(([result]) => {
      callback(undefined, result);
    }, callback);
    return undefined as never;
  }
  return { query, release: borrowed.release };
}

/**
 * The client's one connection as Drizzle's client: `drizzle({ client: drizzleClient(database) })`.
 *
 * All statements go as text, none is prepared. One that runs while another one has the connection waits.
 */
export function drizzleClient(database: ReadOnlyDatabase): Pool {
  const getConnection = async () => {
    const borrowed = await database.borrow("a borrowed connection");
    const { release } = borrowed;
    const query = (options: QueryOptions | string, values?: unknown[]) => borrowed.send(written(options, values));
    let stream: Readable | undefined;
    // Drizzle's iterators read from mysql2's own connection, and end it afterwards.
    const connection = {
      query: (options: QueryOptions, values?: unknown[]) => ({
        stream: () => (stream = Readable.from(borrowed.rows(written(options, values)))),
      }),
      end() {
        if (stream === undefined || stream.closed) release();
        else stream.destroy().once("close", release);
      },
    };
    return { query, execute: query, release, connection };
  };
  const query = async (options: QueryOptions | string, values?: unknown[]) => {
    const connection = await getConnection();
    return connection.query(options, values).finally(connection.release);
  };
  const end = (): Promise<void> => {
    database.close();
    return Promise.resolve();
  };
  // Drizzle uses no more of a pool than this.
  return { query, execute: query, getConnection, end } as unknown as Pool;
}

/** A statement with its values in it, so that nothing is left that could be prepared. */
function written(options: QueryOptions | string, values?: readonly unknown[]): QueryOptions {
  const { sql, values: own, ...others } = typeof options === "string" ? { sql: options } : options;
  return { ...others, sql: withValues(sql, (values ?? (own as unknown[] | undefined) ?? []) as Value[]) };
}

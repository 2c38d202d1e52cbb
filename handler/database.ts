import { ReadOnlyDatabase } from "./readOnlyDatabase";
import { type Written, written } from "./rows";
import type { Transaction, TransactionOptions } from "./transaction";
import { type Values, withValues } from "./values";

/**
 * A client for the database behind the proxy.
 *
 * It has one connection, opened when first needed and kept while the container is warm. One is enough: a container runs one
 * invocation at a time, and pooling is the proxy's job. Statements that are started together run one after the other, and while
 * a transaction is open, statements outside of it wait.
 *
 * Nothing is ever prepared and no session variable is set, so nothing pins. docs/client.md says what is done again after which
 * failure.
 */
export class Database extends ReadOnlyDatabase {
  /**
   * Runs a statement once, and says what it has done. It is never sent twice.
   *
   * @throws DatabaseError; after a {@link ConnectionLostError} it is unknown whether the statement has run
   */
  async execute(sql: string, values?: Values): Promise<Written> {
    return written(await this.send({ sql: withValues(sql, values) }));
  }

  /**
   * Runs statements as one: commits when `work` returns, and rolls back when it throws.
   *
   * It is never run again by itself, unless `conflictRetries` asks for that.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.runTransaction(work, { ...options, readOnly: false });
  }
}

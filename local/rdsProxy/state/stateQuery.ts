import type { TextRow } from "../protocol/textResult";
import { SessionState, type VariableValue } from "./sessionState";
import { trackedVariables } from "./trackedVariables";

/**
 * `collation_database`, or NULL while it has the value that the server chooses. It is NULL, too, if this user may not
 * see the schema's own collation.
 */
const schemaCollation = `NULLIF(@@session.collation_database, IF(DATABASE() IS NULL, @@global.collation_server,
COALESCE((SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()),
@@session.collation_database)))`;

/** Reads a session's state from a server: the default schema, and the tracked variables that the server has. */
export class StateQuery {
  readonly sql: string;
  /**
   * The same query without a table. It returns `collation_database` as it is. Reading a table begins a transaction
   * when autocommit is off, which fixes what the session sees. Otherwise it uses up the effect of SET TRANSACTION.
   */
  readonly sqlWithoutTable: string;
  private readonly present: number[];

  constructor(variables: Set<string>) {
    this.present = trackedVariables.flatMap((name, index) => {
      // MariaDB 11 and MySQL 5.7 have both names for the same variable. One of them is enough.
      const hasNewerName = name.startsWith("tx_") && variables.has(name.replace("tx_", "transaction_"));
      return variables.has(name) && !hasNewerName ? [index] : [];
    });
    const columns = this.present.map((index) => `@@session.${trackedVariables[index] ?? ""}`);
    this.sql = `SELECT DATABASE(),${schemaCollation},${columns.join(",")}`;
    this.sqlWithoutTable = `SELECT DATABASE(),@@session.collation_database,${columns.join(",")}`;
  }

  /** The state that the rows of either query describe, but for the collation of results, which is no variable. */
  state(rows: TextRow[], multiStatements: boolean): SessionState {
    const [schema = null, collation = null, ...columns] = rows[0] ?? [];
    const values: VariableValue[] = trackedVariables.map(() => undefined);
    for (const [column, index] of this.present.entries()) values[index] = columns[column] ?? null;
    return new SessionState(values, schema, multiStatements, collation, null);
  }
}

import type { TextRow } from "../protocol/textResult";
import { trackedVariables } from "./trackedVariables";

type Value = string | null | undefined;

const INDEX = new Map<string, number>(trackedVariables.map((name, index) => [name, index]));
const NUMERIC = /^(?:autocommit|auto_increment_increment|.*_timeout|session_track_schema|.*read_only)$/;
/** What can be put between single quotes under any SQL mode and character set. */
const PLAIN = /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/;
const ASCII = /^[\x20-\x7e]*$/;

/**
 * The part of a session that follows it from one database connection to the next: default schema, tracked variables,
 * and whether several statements in one query are allowed. Immutable; equal states have equal keys.
 */
export class SessionState {
  readonly key: string;

  constructor(
    private readonly values: readonly Value[],
    /** As bytes in Latin-1, or null without a default schema. */
    readonly schema: string | null,
    readonly multiStatements: boolean,
    /** `collation_database`, where it was set to something else than what the schema (or having none) makes of it. */
    readonly schemaCollation: string | null,
  ) {
    this.key = `${multiStatements ? "m" : "s"}\0${schema ?? "\0"}\0${schemaCollation ?? "\0"}\0${values.map((value) => value ?? "\0").join("\0")}`;
  }

  get(name: (typeof trackedVariables)[number]): Value {
    return this.values[INDEX.get(name) ?? -1];
  }

  with(changes: Partial<Record<(typeof trackedVariables)[number], string | null>>): SessionState {
    const values = this.values.map((value, index) => {
      const change = changes[trackedVariables[index] ?? "autocommit"];
      return change === undefined || value === undefined ? value : change;
    });
    return new SessionState(values, this.schema, this.multiStatements, this.schemaCollation);
  }

  /** As after USE, which gives the session the schema's collation, or with the collation given. */
  withSchema(schema: string | null, collation: string | null = null): SessionState {
    return new SessionState(this.values, schema, this.multiStatements, collation);
  }

  withMultiStatements(allowed: boolean): SessionState {
    return new SessionState(this.values, this.schema, allowed, this.schemaCollation);
  }

  /** A state that can be carried to another connection by plain ASCII statements. */
  get portable(): boolean {
    return (
      (this.schema === null || ASCII.test(this.schema)) && this.values.every((value) => !value || PLAIN.test(value))
    );
  }

  /** The SET statement that brings the variables from `current` to this state, or undefined when they are equal. */
  setStatement(current: SessionState): string | undefined {
    const assignments = trackedVariables.flatMap((name, index) => {
      const value = this.values[index];
      if (value === undefined || value === current.values[index]) return [];
      return [`@@session.${name}=${literal(name, value)}`];
    });
    return assignments.length > 0 ? `SET ${assignments.join(",")}` : undefined;
  }
}

function literal(name: string, value: string | null): string {
  if (value === null) return "NULL";
  return NUMERIC.test(name) && /^\d+$/.test(value) ? value : `'${value}'`;
}

/** NULL while `collation_database` is what the server chooses, also where the schema's own is not for this user to see. */
const schemaCollation = `NULLIF(@@session.collation_database, IF(DATABASE() IS NULL, @@global.collation_server,
COALESCE((SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()),
@@session.collation_database)))`;

/** Reads the tracked variables that a server has, and the default schema. */
export class StateQuery {
  readonly sql: string;
  /**
   * The same with `collation_database` as it is, and without a table: with autocommit off, reading one would begin a
   * transaction, which fixes what the session sees, and otherwise use up what SET TRANSACTION has set for the next.
   */
  readonly sqlWithoutTable: string;
  private readonly present: number[];

  constructor(variables: Set<string>) {
    this.present = trackedVariables.flatMap((name, index) => {
      // MariaDB 11 and MySQL 5.7 have both names for the same variable; one is enough.
      const doubled = name.startsWith("tx_") && variables.has(name.replace("tx_", "transaction_"));
      return variables.has(name) && !doubled ? [index] : [];
    });
    const columns = this.present.map((index) => `@@session.${trackedVariables[index] ?? ""}`);
    this.sql = `SELECT DATABASE(),${schemaCollation},${columns.join(",")}`;
    this.sqlWithoutTable = `SELECT DATABASE(),@@session.collation_database,${columns.join(",")}`;
  }

  state(rows: TextRow[], multiStatements: boolean): SessionState {
    const [schema = null, schemaCollation = null, ...columns] = rows[0] ?? [];
    const values: Value[] = trackedVariables.map(() => undefined);
    this.present.forEach((index, column) => (values[index] = columns[column] ?? null));
    return new SessionState(values, schema, multiStatements, schemaCollation);
  }
}

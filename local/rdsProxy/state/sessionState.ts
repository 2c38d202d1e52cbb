import { type TrackedVariable, trackedVariables } from "./trackedVariables";

/** NULL is a value. Undefined means that the server does not have the variable. */
export type VariableValue = string | null | undefined;

const positions = new Map<string, number>(trackedVariables.map((name, index) => [name, index]));
const numericVariable = /^(?:autocommit|auto_increment_increment|.*_timeout|session_track_schema|.*read_only)$/;
/** Text that means the same between single quotes under any SQL mode and character set. */
const quotable = /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/;
/** SET NAMES refuses these character sets, which no client can send. */
const notForNames = new Set(["ucs2", "utf16", "utf16le", "utf32"]);
const printableAscii = /^[\x20-\x7e]*$/;

/**
 * The part of a session that follows it from one database connection to the next: the default schema, the tracked
 * variables, and whether a query may hold several statements. A state never changes, and equal states have equal keys.
 */
export class SessionState {
  readonly key: string;

  constructor(
    private readonly values: readonly VariableValue[],
    /** The bytes of the name as Latin-1, or null without a default schema. */
    readonly schema: string | null,
    readonly multiStatements: boolean,
    /** `collation_database`, or null while it has the value that the server gives it for this schema. */
    readonly schemaCollation: string | null,
    /**
     * The collation that column definitions name, or null for the default one of `character_set_results`. A client
     * chooses it when it logs in, or by SET NAMES ... COLLATE, and no variable shows it.
     */
    readonly resultsCollation: string | null,
  ) {
    this.key = `${multiStatements ? "m" : "s"}\0${resultsCollation ?? ""}\0${schema ?? "\0"}\0${schemaCollation ?? "\0"}\0${values.map((value) => value ?? "\0").join("\0")}`;
  }

  get(name: TrackedVariable): VariableValue {
    return this.values[positions.get(name) ?? -1];
  }

  with(changes: Partial<Record<TrackedVariable, string | null>>): SessionState {
    const values = this.values.map((value, index) => {
      const change = changes[trackedVariables[index] ?? "autocommit"];
      return change === undefined || value === undefined ? value : change;
    });
    return new SessionState(values, this.schema, this.multiStatements, this.schemaCollation, this.resultsCollation);
  }

  withResultsCollation(collation: string | null): SessionState {
    return new SessionState(this.values, this.schema, this.multiStatements, this.schemaCollation, collation);
  }

  /** The state after USE, which also sets `collation_database` to the schema's own collation unless one is given. */
  withSchema(schema: string | null, collation: string | null = null): SessionState {
    return new SessionState(this.values, schema, this.multiStatements, collation, this.resultsCollation);
  }

  withMultiStatements(allowed: boolean): SessionState {
    return new SessionState(this.values, this.schema, allowed, this.schemaCollation, this.resultsCollation);
  }

  private afterNames(charset: string, collation: string): SessionState {
    return this.with({
      character_set_client: charset,
      character_set_connection: charset,
      character_set_results: charset,
      collation_connection: collation,
    });
  }

  /** Whether statements in plain ASCII can give another connection this state. */
  get portable(): boolean {
    return (
      (this.schema === null || printableAscii.test(this.schema)) &&
      (this.resultsCollation === null || !notForNames.has(this.get("character_set_results") ?? "")) &&
      this.values.every((value) => value === undefined || value === null || quotable.test(value))
    );
  }

  /** The SET statement that changes the variables of `current` to those of this state, or undefined if none differs. */
  setStatement(current: SessionState): string | undefined {
    const assignments: string[] = [];
    let { values } = current;
    let resultsSet = false;
    if (this.resultsCollation !== current.resultsCollation) {
      resultsSet = this.resultsCollation === null;
      if (this.resultsCollation !== null) {
        const charset = this.get("character_set_results") ?? "";
        assignments.push(`NAMES '${charset}' COLLATE '${this.resultsCollation}'`);
        values = current.afterNames(charset, this.resultsCollation).values;
      }
    }
    for (const [index, name] of trackedVariables.entries()) {
      const value = this.values[index];
      // To set the character set again gives it back its default collation. SET NAMES ... COLLATE has changed both: MariaDB shows that
      // of the client's character set in the definition of a parameter.
      const again = resultsSet && (name === "character_set_results" || name === "character_set_client");
      if (value === undefined || (value === values[index] && !again)) continue;
      assignments.push(`@@session.${name}=${literal(name, value)}`);
    }
    return assignments.length > 0 ? `SET ${assignments.join(",")}` : undefined;
  }
}

function literal(name: string, value: string | null): string {
  if (value === null) return "NULL";
  return numericVariable.test(name) && /^\d+$/.test(value) ? value : `'${value}'`;
}

/** KILL QUERY or KILL CONNECTION. */
export interface KillRequest {
  /** The connection id. */
  id: number;
  /** The connection ends, and not only its statement. */
  connection: boolean;
}

/** What a statement asks about the statement before it. Only the connection that ran that statement can answer. */
export type Question = "ROW_COUNT" | "FOUND_ROWS" | "DIAGNOSTICS";

/** What the proxy has to know about the text of a query before it sends the query to a connection. */
export interface Classification {
  /** Why the session must keep its connection from here on. */
  pin: string | undefined;
  question: Question | undefined;
  /** KILL, which the proxy carries out itself if the id is one of its own. */
  kill: KillRequest | undefined;
  /** Tracked variables may change, so the proxy reads them back. */
  variables: boolean;
  /** The default schema may change, so the proxy reads it back. */
  schema: boolean;
  /** USE, which gives the session the schema's own collation. */
  chosenSchema: boolean;
  /** Gives the default schema's collation a value other than its own. */
  schemaCollation: boolean;
  /** COMMIT or ROLLBACK. */
  endsTransaction: boolean;
  /** The next transaction must be on the same connection. */
  nextTransactionOnly: boolean;
  /**
   * Runs stored code, which may leave something behind that nobody sees from outside. Known limit: the proxy does not
   * detect triggers. Neither the text of an INSERT, UPDATE or DELETE nor its reply says whether the table has one, and
   * a view or a cascade can hide the table. The proxy would have to ask the database before each such statement.
   */
  storedCode: boolean;
  /** May change LAST_INSERT_ID() although the reply does not say so. */
  insertId: boolean;
  /** The query holds more than one statement. */
  several: boolean;
}

/** A part of a classification. */
export type Effect = Partial<Classification>;

const flags = [
  "variables",
  "schema",
  "chosenSchema",
  "schemaCollation",
  "endsTransaction",
  "nextTransactionOnly",
  "storedCode",
  "insertId",
  "several",
] as const;

/** The classification of a query that changes nothing in its session. */
export function noEffect(): Classification {
  return {
    pin: undefined,
    question: undefined,
    kill: undefined,
    variables: false,
    schema: false,
    chosenSchema: false,
    schemaCollation: false,
    endsTransaction: false,
    nextTransactionOnly: false,
    storedCode: false,
    insertId: false,
    several: false,
  };
}

/** Adds an effect to a classification. Of several reasons to pin, the first stays. */
export function addEffect(classification: Classification, effect: Effect): void {
  classification.pin ??= effect.pin;
  classification.kill ??= effect.kill;
  classification.question = effect.question ?? classification.question;
  for (const flag of flags) if (effect[flag] === true) classification[flag] = true;
}

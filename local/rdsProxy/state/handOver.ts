import type { DatabaseConnection } from "../database/connection";
import { Command } from "../protocol/constants";
import { DatabaseError } from "../protocol/packets";
import type { SessionMemory } from "./sessionMemory";
import type { SessionState } from "./sessionState";

/** Larger replies to SHOW WARNINGS are not kept; the session gets an error if it asks for them. */
const maxSavedWarnings = 16 * 1024;
const badDatabase = 1049;

/**
 * A connection passes from one session to another. RDS Proxy reuses a connection for sessions with equal settings only
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html); here the pool prefers such a
 * connection, and otherwise the connection is brought to the session's settings first, which a session cannot tell
 * apart. Three things that are not settings pass too, each only when it differs, so that most borrows cost nothing:
 *
 * - LAST_INSERT_ID(): read for the session that leaves when its last statements may have changed it, and set for the
 *   one that comes, since the variable can be assigned.
 * - Warnings of the leaving session's last statement: SHOW WARNINGS is run for it and its reply kept.
 * - State from stored code, which nobody sees from outside: the connection is reset.
 */
export function needsHandOver(connection: DatabaseConnection, to: SessionMemory): boolean {
  if (connection.state.key !== to.state?.key) return true;
  if (connection.lastSession === to) return false;
  return (
    connection.hiddenState ||
    connection.insertIdUnknown ||
    connection.insertId !== to.insertId ||
    (connection.lastSession?.alive === true && hasUnsavedWarnings(connection, connection.lastSession))
  );
}

const hasUnsavedWarnings = (connection: DatabaseConnection, session: SessionMemory): boolean =>
  session.lastReply.warnings > 0 && session.undisturbedConnection === connection;

export async function handOver(connection: DatabaseConnection, to: SessionMemory): Promise<void> {
  if (connection.lastSession !== to) {
    await takeLeave(connection);
    if (connection.hiddenState) await connection.reset();
  }
  const state = to.state ?? connection.baseline;
  to.state = await applyState(connection, state);
  if (connection.lastSession !== to && (connection.insertIdUnknown || connection.insertId !== to.insertId)) {
    await connection.query(`SET @@session.last_insert_id=${to.insertId}`);
    connection.insertId = to.insertId;
    connection.insertIdUnknown = false;
  }
  connection.lastSession = to;
}

/** Saves what the session that used the connection last would lose. */
export async function takeLeave(connection: DatabaseConnection): Promise<void> {
  const from = connection.lastSession;
  if (!from) return;
  connection.lastSession = undefined;
  if (!from.alive) return;
  const saved: Promise<void>[] = [];
  if (hasUnsavedWarnings(connection, from)) saved.push(saveWarnings(connection, from));
  if (connection.insertIdUnknown) saved.push(saveInsertId(connection, from));
  if (saved.length === 0) return;
  const saving = Promise.all(saved).then(() => undefined);
  const settled = saving.then(
    () => undefined,
    () => undefined,
  );
  from.saving = settled;
  try {
    await saving;
  } finally {
    if (from.saving === settled) from.saving = undefined;
  }
}

async function saveWarnings(connection: DatabaseConnection, from: SessionMemory): Promise<void> {
  const reply = await connection.rawQuery("SHOW WARNINGS");
  if (reply.length <= maxSavedWarnings) from.savedWarnings = reply;
}

async function saveInsertId(connection: DatabaseConnection, from: SessionMemory): Promise<void> {
  const rows = await connection.query("SELECT LAST_INSERT_ID()");
  connection.insertId = from.insertId = rows[0]?.[0] ?? "0";
  connection.insertIdUnknown = false;
}

/** Brings the connection to `wanted`; returns the state it really has then. */
async function applyState(connection: DatabaseConnection, wanted: SessionState): Promise<SessionState> {
  if (connection.state.key === wanted.key) return wanted;
  // Only choosing a schema, or having none from the start, gives the schema's own collation back.
  const collationInTheWay = connection.state.schemaCollation !== null && wanted.schemaCollation === null;
  if (wanted.schema === null && (connection.state.schema !== null || collationInTheWay)) await connection.changeUser();
  if (connection.state.multiStatements !== wanted.multiStatements) {
    await connection.setMultiStatements(wanted.multiStatements);
  }
  const statement = wanted.setStatement(connection.state);
  if (statement) await connection.query(statement);
  connection.state = wanted.withSchema(connection.state.schema, connection.state.schemaCollation);
  let reached = wanted;
  if (wanted.schema !== null && (wanted.schema !== connection.state.schema || collationInTheWay)) {
    reached = await useSchema(connection, wanted, wanted.schema);
  }
  if (reached.schemaCollation !== null && reached.schemaCollation !== connection.state.schemaCollation) {
    await connection.query(`SET @@session.collation_database='${reached.schemaCollation}'`);
  }
  connection.state = reached;
  return reached;
}

async function useSchema(connection: DatabaseConnection, wanted: SessionState, schema: string): Promise<SessionState> {
  try {
    await connection.command(Command.INIT_DB, Buffer.from(schema, "latin1"));
    connection.state = connection.state.withSchema(schema);
    return wanted;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== badDatabase) throw error;
    // Somebody dropped the session's schema: as after one's own DROP DATABASE, it has none from here on.
    if (connection.state.schema !== null) await connection.changeUser();
    return applyState(connection, wanted.withSchema(null));
  }
}

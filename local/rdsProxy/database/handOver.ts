import { Command } from "../protocol/constants";
import { DatabaseError } from "../protocol/packets";
import type { SessionMemory } from "../state/sessionMemory";
import type { SessionState } from "../state/sessionState";
import type { DatabaseConnection } from "./connection";

/** The proxy does not keep a larger reply to SHOW WARNINGS. The session gets an error if it asks for it. */
const maxSavedWarnings = 16 * 1024;
const badDatabase = 1049;

/**
 * A connection passes from one session to another. RDS Proxy reuses a connection only for sessions with equal settings
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html). Here the pool prefers such a
 * connection. If there is none, the proxy first changes the connection's settings to the session's, and the session
 * cannot tell the difference. Three things that are not settings pass too. Each costs a query only when it differs, so
 * most borrows cost nothing:
 *
 * - LAST_INSERT_ID(): the proxy reads it for the old session if its last statements may have changed it. It sets it for
 *   the new session, since the variable can be assigned.
 * - The warnings of the old session's last statement: the proxy runs SHOW WARNINGS and keeps the reply. Then it clears them, because
 *   MariaDB would show them to the new session after a statement that reads no table.
 * - What stored code has left behind, which nobody sees from outside: the proxy resets the connection.
 */
export function needsHandOver(connection: DatabaseConnection, to: SessionMemory): boolean {
  if (connection.state.key !== to.state?.key) return true;
  if (connection.lastSession === to) return false;
  return (
    connection.hiddenState ||
    connection.diagnosticsLeft ||
    connection.insertIdUnknown ||
    connection.insertId !== to.insertId
  );
}

function hasUnsavedWarnings(connection: DatabaseConnection, session: SessionMemory): boolean {
  return session.lastReply.warnings > 0 && session.undisturbedConnection === connection;
}

export async function handOver(connection: DatabaseConnection, to: SessionMemory): Promise<void> {
  if (connection.lastSession !== to) {
    await saveForLastSession(connection);
    if (connection.hiddenState) await connection.reset();
    if (connection.diagnosticsLeft) await connection.clearDiagnostics();
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

/** Saves what the session that used the connection last would lose without it. */
export async function saveForLastSession(connection: DatabaseConnection): Promise<void> {
  const from = connection.lastSession;
  if (from === undefined) return;
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

/** Changes the connection's state to `wanted`. Returns the state that the connection really has afterwards. */
async function applyState(connection: DatabaseConnection, wanted: SessionState): Promise<SessionState> {
  if (connection.state.key === wanted.key) return wanted;
  // Only USE, or a log-in without a schema, sets `collation_database` back to the value that the server chooses.
  const mustResetCollation = connection.state.schemaCollation !== null && wanted.schemaCollation === null;
  if (wanted.schema === null && (connection.state.schema !== null || mustResetCollation)) await connection.changeUser();
  if (connection.state.multiStatements !== wanted.multiStatements) {
    await connection.setMultiStatements(wanted.multiStatements);
  }
  const statement = wanted.setStatement(connection.state);
  if (statement !== undefined) await connection.query(statement);
  connection.state = wanted.withSchema(connection.state.schema, connection.state.schemaCollation);
  let reached = wanted;
  if (wanted.schema !== null && (wanted.schema !== connection.state.schema || mustResetCollation)) {
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
    // Somebody has dropped the session's schema. The session has none from here on, as after its own DROP DATABASE.
    if (connection.state.schema !== null) await connection.changeUser();
    return applyState(connection, wanted.withSchema(null));
  }
}

import type { DatabaseConnection } from "../database/connection";
import type { ConnectionKind } from "../database/connectionKind";
import { handOver } from "../database/handOver";
import type { ConnectionPool } from "../database/pool";
import { collationOf } from "../database/serverInfo";
import { Capability, Command } from "../protocol/constants";
import type { Dialect } from "../protocol/dialect";
import type { HandshakeResponse } from "../protocol/handshake";
import { okPacket, schemaChangedPacket } from "../protocol/packets";
import type { SessionMemory } from "../state/sessionMemory";
import type { SessionState } from "../state/sessionState";

/** What a session begins with. */
export interface Beginning {
  pool: ConnectionPool;
  kind: ConnectionKind;
  response: HandshakeResponse;
  /** COM_CHANGE_USER begins the session. */
  changesUser: boolean;
  memory: SessionMemory;
  /** Called with a function that leaves the pool's queue, in case the client goes away. */
  onWaiting: (leave: () => void) => void;
}

/**
 * Works out the state that a session begins with, and puts it into `memory`. For that it borrows a database connection
 * while the client logs in, and then gives it back. RDS Proxy seems to do the same: its clients report error 9501 when
 * they connect. Returns the state that COM_RESET_CONNECTION goes back to. Rejects with BorrowTimeout, or with the database's own error about the default schema.
 */
export async function beginSession(beginning: Beginning): Promise<SessionState> {
  const { pool, kind, response, changesUser, memory, onWaiting } = beginning;
  const asked = performance.now();
  const connection = await new Promise<DatabaseConnection>((served, failed) => {
    onWaiting(pool.borrow({ kind, memory, served, failed }));
  });
  onWaiting(() => undefined);
  try {
    memory.state = stateAfter(changesUser ? "change of user" : "log-in", connection, response);
    const schema = response.database.toString("latin1");
    if (schema !== "" && schema !== connection.state.schema) {
      await handOver(connection, memory);
      await connection.command(Command.INIT_DB, response.database);
      connection.state = connection.state.withSchema(schema);
    }
    memory.state = memory.state.withSchema(schema === "" ? null : schema);
    pool.release(connection);
    return stateAfter("reset", connection, response);
  } catch (error) {
    // The connection may have only half of the settings, so the next session must get it reset.
    connection.hiddenState = true;
    pool.release(connection);
    // As in HeldConnection, a connection that ended while it was idle is no reason to refuse the client.
    if (!connection.usable && connection.openedAt < asked) return beginSession(beginning);
    throw error;
  }
}

/**
 * The server's defaults, changed by the flags and the collation of the client's handshake. Servers differ in what is left
 * of these after COM_RESET_CONNECTION and COM_CHANGE_USER: MySQL forgets the collation at a reset, and MariaDB forgets
 * IGNORE_SPACE at both. This was seen with MySQL 9.7 and MariaDB 10.11.
 */
function stateAfter(
  event: "log-in" | "change of user" | "reset",
  { baseline, server }: DatabaseConnection,
  { capabilities, collation }: HandshakeResponse,
): SessionState {
  const isMariadb = server.capabilities.extended !== 0;
  const forgotten = event === "reset" && !isMariadb;
  const { charset, collation: name, isDefault } = forgotten ? server.defaultCollation : collationOf(server, collation);
  const interactive = (capabilities & Capability.INTERACTIVE) !== 0;
  const ignoreSpace = (capabilities & Capability.IGNORE_SPACE) !== 0 && (event === "log-in" || !isMariadb);
  const sqlMode = baseline.get("sql_mode") ?? "";
  return baseline
    .with({
      character_set_client: charset,
      character_set_connection: charset,
      character_set_results: charset,
      collation_connection: name,
      ...(interactive && { wait_timeout: baseline.get("interactive_timeout") ?? null }),
      ...(ignoreSpace && { sql_mode: sqlMode === "" ? "IGNORE_SPACE" : `${sqlMode},IGNORE_SPACE` }),
    })
    .withResultsCollation(isDefault ? null : name)
    .withMultiStatements((capabilities & Capability.MULTI_STATEMENTS) !== 0);
}

/** The OK packet that ends a log-in. Servers tell the client of its default schema there. */
export function welcome(
  sequence: number,
  { statusFlags }: SessionMemory,
  { sessionTrack }: Dialect,
  schema: Buffer,
): Buffer {
  return sessionTrack && schema.length > 0
    ? schemaChangedPacket(sequence, statusFlags, schema)
    : okPacket(sequence, statusFlags);
}

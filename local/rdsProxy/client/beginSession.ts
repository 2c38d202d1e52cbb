import type { DatabaseConnection } from "../database/connection";
import { handOver } from "../database/handOver";
import type { ConnectionPool } from "../database/pool";
import { collationOf } from "../database/serverInfo";
import { Capability, Command } from "../protocol/constants";
import type { HandshakeResponse } from "../protocol/handshake";
import type { SessionMemory } from "../state/sessionMemory";
import type { SessionState } from "../state/sessionState";

export interface Beginning {
  pool: ConnectionPool;
  response: HandshakeResponse;
  memory: SessionMemory;
  /** Called with the function that leaves the queue, for a client that goes away meanwhile. */
  waiting: (leave: () => void) => void;
}

/**
 * Borrows a database connection while a client logs in, as RDS Proxy seems to (clients report error 9501 from their
 * connect calls), and works out the state the session begins with. Gives the connection back, or rejects with
 * BorrowTimeout, or with the database's own error about the default schema.
 */
export async function beginSession(beginning: Beginning): Promise<SessionState> {
  const { pool, response, memory, waiting } = beginning;
  const asked = performance.now();
  const connection = await new Promise<DatabaseConnection>((served, failed) => {
    const foundRows = (response.capabilities & Capability.FOUND_ROWS) !== 0;
    waiting(pool.borrow({ user: response.user, foundRows, memory, served, failed }));
  });
  waiting(() => undefined);
  try {
    memory.state = initialState(connection, response);
    const schema = response.database.toString("latin1");
    if (schema !== "" && schema !== connection.state.schema) {
      await handOver(connection, memory);
      await connection.command(Command.INIT_DB, response.database);
      connection.state = connection.state.withSchema(schema);
    }
    memory.state = memory.state.withSchema(schema === "" ? null : schema);
    pool.release(connection);
    return memory.state;
  } catch (error) {
    // The settings may be half done, so nobody gets this connection before it was reset.
    connection.hiddenState = true;
    pool.release(connection);
    // As in HeldConnection: one that ended while nobody used it is no reason to refuse a client.
    if (!connection.usable && connection.openedAt < asked) return beginSession(beginning);
    throw error;
  }
}

/** The server's defaults, and what the client chose by the flags and the collation of its handshake. */
function initialState(
  { baseline, server }: DatabaseConnection,
  { capabilities, collation }: HandshakeResponse,
): SessionState {
  const { charset, collation: name } = collationOf(server, collation);
  const interactive = (capabilities & Capability.INTERACTIVE) !== 0;
  const sqlMode = baseline.get("sql_mode") ?? "";
  return baseline
    .with({
      character_set_client: charset,
      character_set_connection: charset,
      character_set_results: charset,
      collation_connection: name,
      ...(interactive && { wait_timeout: baseline.get("interactive_timeout") ?? null }),
      ...(capabilities & Capability.IGNORE_SPACE && {
        sql_mode: sqlMode === "" ? "IGNORE_SPACE" : `${sqlMode},IGNORE_SPACE`,
      }),
    })
    .withMultiStatements((capabilities & Capability.MULTI_STATEMENTS) !== 0);
}

import { ServerError } from "../protocol/constants";
import { DatabaseError, errorPacket, okPacket } from "../protocol/packets";
import type { KillRequest } from "../sql/classification";
import type { SessionMemory } from "../state/sessionMemory";
import type { SessionContext } from "./context";

/** A session that sends a KILL, or that a KILL is for. */
export interface KillableSession {
  readonly id: number;
  readonly context: SessionContext;
  readonly memory: SessionMemory;
  /** Makes the database give up the session's statement, and ends the session too if `forGood`. */
  interrupt(forGood: boolean): Promise<void>;
}

/**
 * KILL with a connection id of the proxy, which a client knows from the greeting of its log-in. AWS does not document
 * what RDS Proxy does. A user of RDS Proxy has reported that it answers with error 1094 (unknown thread id) to the id of
 * the greeting, and that the id of CONNECTION_ID() works: https://github.com/mysql-net/MySqlConnector/issues/1581. Here
 * both work, since drivers and command lines cancel queries so, and a warning in the log names the report.
 *
 * The proxy does it itself, with the id of the database connection that runs the statement. It needs no connection of
 * the killer's, so a KILL gets through when every connection of the pool is busy.
 */
export async function kill(killer: KillableSession, victim: KillableSession, request: KillRequest): Promise<Buffer> {
  const { context, memory } = killer;
  context.log("warn", "KILL with a connection id of the proxy; on AWS, users report error 1094 (unknown thread id)", {
    clientConnection: killer.id,
    killed: victim.id,
    see: "https://github.com/mysql-net/MySqlConnector/issues/1581",
  });
  if (victim.context.kind.user !== context.kind.user) {
    return errorPacket(1, ServerError.KILL_DENIED, `You are not owner of thread ${request.id}`);
  }
  try {
    if (victim !== killer) await victim.interrupt(request.connection);
  } catch (error) {
    const { code, sqlState } = error instanceof DatabaseError ? error : { code: 1105, sqlState: "HY000" };
    return errorPacket(1, { code, state: sqlState }, (error as Error).message);
  }
  return okPacket(1, memory.statusFlags);
}

import { Command } from "../protocol/constants";
import { eofPacket, okPacket } from "../protocol/packets";
import type { ClientCommand } from "./commandReader";
import type { ClientSession } from "./session";

const FORWARDED = new Set<number>(Object.values(Command));

/** Replication, server administration, and what MySQL itself no longer has: COM_BINLOG_DUMP, COM_SHUTDOWN, ... */
export const isRefused = (code: number): boolean => !FORWARDED.has(code);

/**
 * Commands that need no database while the session has no connection of its own. Whether RDS Proxy answers COM_PING
 * itself is not documented; doing so keeps idle clients from taking connections.
 */
export function localReply(session: ClientSession, command: ClientCommand): Buffer | undefined {
  const { memory, context } = session;
  if (command.code === Command.SET_OPTION) {
    // The session's connection follows before the next statement; see handOver.
    if (memory.state) memory.state = memory.state.withMultiStatements(command.bytes.readUInt16LE(5) === 0);
    return eofPacket(1, session.status);
  }
  if (session.held.current) return undefined;
  if (command.code === Command.PING) return okPacket(1, session.status);
  if (command.code === Command.RESET_CONNECTION) {
    memory.forgetLastStatement();
    memory.state = withSchemaOf(session);
    return okPacket(1, session.status);
  }
  if (command.code === Command.STMT_CLOSE || command.code === Command.STMT_SEND_LONG_DATA) return Buffer.alloc(0);
  return undefined;

  /** COM_RESET_CONNECTION leaves the default schema alone. */
  function withSchemaOf({ memory: { state } }: ClientSession): typeof state {
    return context.initialState?.withSchema(state?.schema ?? null);
  }
}

import { Command } from "../protocol/constants";
import { eofPacket, okPacket } from "../protocol/packets";
import type { SessionMemory } from "../state/sessionMemory";
import type { ClientCommand } from "./commandReader";
import type { SessionContext } from "./context";

const knownCommands = new Set<number>(Object.values(Command));

/** What the proxy's own answers depend on. */
export interface AnsweringSession {
  readonly context: SessionContext;
  readonly memory: SessionMemory;
  readonly held: { readonly current: object | undefined };
}

/** Replication, server administration, and what MySQL itself has dropped: COM_BINLOG_DUMP, COM_SHUTDOWN, ... */
export function isRefused(code: number): boolean {
  return !knownCommands.has(code);
}

/**
 * The proxy's own reply to a command that needs no database while the session holds no connection. AWS does not
 * document whether RDS Proxy answers COM_PING itself. Here it does, so that idle clients do not take connections.
 */
export function localReply({ context, memory, held }: AnsweringSession, command: ClientCommand): Buffer | undefined {
  if (command.code === Command.SET_OPTION) {
    // The session's connection gets the option before the next statement; see handOver.
    memory.state = memory.state?.withMultiStatements(command.bytes.readUInt16LE(5) === 0);
    return eofPacket(1, memory.statusFlags, context.kind.dialect.deprecateEof);
  }
  if (held.current !== undefined) return undefined;
  switch (command.code) {
    case Command.PING:
      memory.pinged = true;
      return okPacket(1, memory.statusFlags);
    case Command.RESET_CONNECTION:
      memory.forgetLastStatement();
      // The default schema stays.
      memory.state = context.resetState?.withSchema(memory.state?.schema ?? null);
      return okPacket(1, memory.statusFlags);
    case Command.STMT_CLOSE:
    case Command.STMT_SEND_LONG_DATA:
      return Buffer.alloc(0);
    default:
      return undefined;
  }
}

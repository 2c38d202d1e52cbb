import type { DatabaseConnection } from "../database/connection";
import { BorrowTimeout } from "../database/pool";
import { type ErrorKind, ServerError } from "../protocol/constants";
import { DatabaseError, errorPacket } from "../protocol/packets";
import type { SessionContext } from "./context";
import type { HeldConnection } from "./heldConnection";

/** What the troubles of a session's database connection need to know of the session, and have it do. */
export interface TroubledSession {
  readonly id: number;
  readonly context: SessionContext;
  readonly held: HeldConnection;
  readonly follower: { readonly holdsConnection: boolean };
  readonly ready: boolean;
  readonly ended: boolean;
  /** The client has got the beginning of a reply, so that it cannot be sent an error instead. */
  readonly replyBegun: boolean;
  reply(bytes: Buffer): void;
  answer(bytes: Buffer): void;
  fatal(kind: ErrorKind, message: string): void;
  disconnect(): void;
  becomeReady(): void;
}

/**
 * What a client is told when its session finds no database connection, or loses the one it has. A session that lost a
 * transaction, or the state it was pinned for, must learn of it, if only with its next command.
 */
export class ConnectionTroubles {
  /** Why the connection that the session held is gone, until the client has been told. */
  private untold: string | undefined;

  constructor(private readonly session: TroubledSession) {}

  noneInTime(error: Error, longCommand: boolean): void {
    const { id, context } = this.session;
    const borrowTimeout = error instanceof BorrowTimeout;
    context.log("warn", "no database connection", { clientConnection: id, borrowTimeout });
    const message = "Timed-out waiting to acquire database connection";
    // The rest of a long command is still to come, and must not be taken for further commands.
    if (longCommand) this.session.fatal(ServerError.BORROW_TIMEOUT, message);
    else this.session.reply(errorPacket(1, ServerError.BORROW_TIMEOUT, message));
  }

  /** The client is still waiting for its reply, and gets the error. */
  handOverFailed(connection: DatabaseConnection, error: Error): void {
    const { held } = this.session;
    const { pinned } = held;
    this.log("a database connection could not take on a session's settings", error, connection);
    if (error instanceof DatabaseError && connection.usable && !pinned) {
      connection.hiddenState = true;
      held.release();
    } else {
      held.drop();
    }
    if (pinned) this.session.fatal(ServerError.SERVER_SHUTDOWN, error.message);
    else this.session.reply(errorPacket(1, ServerError.UNKNOWN, error.message));
  }

  /** The client has its reply already, so that it learns of the loss with its next command, if it lost anything. */
  afterworkFailed(connection: DatabaseConnection, error: Error): void {
    const { held, follower } = this.session;
    if (held.current !== connection) return;
    this.log("a database connection failed after a statement", error, connection);
    if (held.pinned !== undefined || follower.holdsConnection) this.untold = error.message;
    held.drop();
    this.session.becomeReady();
  }

  /** The connection broke, at any time. */
  lost(error: Error): void {
    const { held, ready, ended, replyBegun } = this.session;
    held.drop();
    if (ended) return;
    this.log("database connection lost", error);
    const message = `Lost the database connection: ${error.message}`;
    if (ready) this.untold = error.message;
    else if (replyBegun) this.session.disconnect();
    else if (held.pinned) this.session.fatal(ServerError.SERVER_SHUTDOWN, message);
    else this.session.reply(errorPacket(1, ServerError.SERVER_SHUTDOWN, message));
  }

  /** Answers the client's command with the news of a loss, if there was one that it does not know of. */
  tell(longCommand: boolean): boolean {
    const reason = this.untold;
    if (reason === undefined) return false;
    this.untold = undefined;
    const { pinned } = this.session.held;
    const message = `The database connection was lost; ${pinned ? "the session's state" : "the transaction"} is gone (${reason})`;
    // The rest of a long command is still to come, as in `noneInTime`.
    if (pinned || longCommand) this.session.fatal(ServerError.SERVER_SHUTDOWN, message);
    else this.session.answer(errorPacket(1, ServerError.SERVER_SHUTDOWN, message));
    return true;
  }

  forget(): void {
    this.untold = undefined;
  }

  private log(message: string, error: Error, connection?: DatabaseConnection): void {
    const { id, context } = this.session;
    context.log("warn", message, { clientConnection: id, dbConnection: connection?.id, error: error.message });
  }
}

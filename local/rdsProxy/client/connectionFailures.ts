import { BorrowTimeout } from "../database/borrowQueue";
import type { DatabaseConnection } from "../database/connection";
import { type ErrorKind, ServerError } from "../protocol/constants";
import { DatabaseError, errorPacket } from "../protocol/packets";
import type { SessionContext } from "./context";
import type { HeldConnection } from "./heldConnection";

/** What a failure of the database connection depends on, and what it makes the session do. */
export interface FailingSession {
  readonly id: number;
  readonly context: SessionContext;
  readonly held: HeldConnection;
  readonly follower: { readonly holdsConnection: boolean };
  readonly ready: boolean;
  readonly ended: boolean;
  /** The client has received the beginning of a reply, so the proxy cannot send an error instead. */
  readonly replyBegun: boolean;
  reply(bytes: Buffer): void;
  answer(bytes: Buffer): void;
  fatal(kind: ErrorKind, message: string): void;
  disconnect(): void;
  becomeReady(): void;
}

/**
 * Decides what to tell the client when its session gets no database connection, or loses the one it has. A session that
 * loses a transaction, or the state it was pinned for, must learn of it, at the latest with its next command.
 */
export class ConnectionFailures {
  /** Why the session lost its connection, until the client has been told. */
  private untold: string | undefined;

  constructor(private readonly session: FailingSession) {}

  noneInTime(error: Error, longCommand: boolean): void {
    const { id, context } = this.session;
    const borrowTimeout = error instanceof BorrowTimeout;
    context.log("warn", "no database connection for a client session", { clientConnection: id, borrowTimeout });
    const message = "Timed-out waiting to acquire database connection";
    // The rest of a long command is still on its way, and the proxy must not take it for further commands.
    if (longCommand) this.session.fatal(ServerError.BORROW_TIMEOUT, message);
    else this.session.reply(errorPacket(1, ServerError.BORROW_TIMEOUT, message));
  }

  /** The connection did not take on the session's state. The client still waits for its reply, and gets the error. */
  handOverFailed(connection: DatabaseConnection, error: Error): void {
    const { held } = this.session;
    const pinned = held.pin !== undefined;
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

  /** The client has its reply already. If it has lost anything, it learns of the loss with its next command. */
  followUpFailed(connection: DatabaseConnection, error: Error): void {
    const { held, follower } = this.session;
    if (held.current !== connection) return;
    this.log("a database connection failed after a statement", error, connection);
    if (held.pin !== undefined || follower.holdsConnection) this.untold = error.message;
    held.drop();
    this.session.becomeReady();
  }

  /** The connection broke, at any time. */
  lost(error: Error): void {
    const { held, ready, ended, replyBegun } = this.session;
    held.drop();
    if (ended) return;
    this.log("a client session lost its database connection", error);
    const message = `Lost the database connection: ${error.message}`;
    if (ready) this.untold = error.message;
    else if (replyBegun) this.session.disconnect();
    else if (held.pin !== undefined) this.session.fatal(ServerError.SERVER_SHUTDOWN, message);
    else this.session.reply(errorPacket(1, ServerError.SERVER_SHUTDOWN, message));
  }

  /** Answers the client's command with a loss that the client does not know of yet. Returns false if there is none. */
  tell(longCommand: boolean): boolean {
    const reason = this.untold;
    if (reason === undefined) return false;
    this.untold = undefined;
    const pinned = this.session.held.pin !== undefined;
    const message = `The database connection was lost; ${pinned ? "the session's state" : "the transaction"} is gone (${reason})`;
    // The rest of a long command is still on its way, as in `noneInTime`.
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

import { Command, HEADER_BYTES, ServerError, Status } from "../protocol/constants";
import { DatabaseError, errorPacket } from "../protocol/packets";
import { BorrowTimeout } from "../database/pool";
import { PinReason } from "../sql/classify";
import { CommandReader, MAX_EXAMINED_BYTES, ProtocolViolation } from "./commandReader";
import { HeldConnection, type Holder } from "./heldConnection";
import { Upload } from "./upload";
import { isRefused, localReply } from "./localCommands";
import { StatementFollower } from "./statementFollower";
import type { Classification } from "../sql/classify";
import type { DatabaseConnection, ReplySink } from "../database/connection";
import type { ErrorKind } from "../protocol/constants";
import type { ReplyTracker } from "../protocol/replyTracker";
import type { SessionMemory } from "../state/sessionMemory";
import type { ClientCommand } from "./commandReader";
import type { SessionContext } from "./context";
import type { Socket } from "node:net";

/** Bytes that a client may send ahead while its last command is still running. */
const MAX_READ_AHEAD = 64 * 1024;

const enum Phase {
  /** Between commands. */
  Ready,
  /** A command waits for a database connection, or for that connection to take on the session's state. */
  Preparing,
  /** The command was sent; its reply is being relayed. */
  Relaying,
  /** The reply is out; the proxy asks the database something of its own before the next command. */
  Finishing,
  Closed,
}

/**
 * One logged-in client. It borrows a database connection for a command and keeps it while a transaction is open or the
 * session is pinned; the server's status flags tell about the first, the classifier about the second.
 */
export class ClientSession implements ReplySink, Holder {
  lastActive = performance.now();
  readonly held = new HeldConnection(this);
  readonly follower: StatementFollower;

  private phase: Phase = Phase.Ready;
  private readonly reader = new CommandReader();
  private upload: Upload | undefined;
  /** The client does not read what it is sent, so nothing more is done for it. */
  private congested = false;
  private relayedBytes = 0;
  private receivedAt = 0;
  private sentAt = 0;
  /** Why the connection that the session held is gone, until the client has been told. */
  private lost: string | undefined;

  constructor(
    readonly id: number,
    private readonly socket: Socket,
    readonly context: SessionContext,
    readonly memory: SessionMemory,
  ) {
    this.follower = new StatementFollower(this);
    socket.on("data", (chunk: Buffer) => {
      this.receive(chunk);
    });
    socket.on("close", () => {
      this.closed();
    });
    socket.resume();
  }

  get idle(): boolean {
    return this.phase === Phase.Ready && this.reader.size === 0;
  }

  private receive(chunk: Buffer): void {
    if (this.phase === Phase.Closed) return;
    if (this.diversion) {
      this.diversion.push(chunk);
      return;
    }
    this.reader.push(chunk);
    if (this.upload) this.continueUpload();
    else if (this.phase === Phase.Ready) this.nextCommand();
    if (!this.upload && this.phase !== Phase.Ready && this.reader.size > MAX_READ_AHEAD) this.socket.pause();
  }

  private nextCommand(): void {
    try {
      while (this.phase === Phase.Ready && !this.mustWaitForClient()) {
        const command = this.reader.next();
        if (!command) break;
        this.receivedAt = this.lastActive = performance.now();
        this.start(command);
      }
      if (this.socket.isPaused() && !this.upload && !this.congested) this.socket.resume();
    } catch (error) {
      const violation = error instanceof ProtocolViolation;
      if (!violation)
        this.context.log("error", "client session failed", { clientConnection: this.id, error: String(error) });
      this.fatal(
        violation ? ServerError.PACKETS_OUT_OF_ORDER : ServerError.UNKNOWN,
        violation ? "Got packets out of order" : "Unknown error",
      );
    }
  }

  /** Replies that pile up because the client sends on without reading them would fill the memory. */
  private mustWaitForClient(): boolean {
    if (this.congested || !this.socket.writableNeedDrain) return this.congested;
    this.congested = true;
    this.socket.pause();
    this.socket.once("drain", () => {
      this.congested = false;
      if (this.phase === Phase.Ready) this.becomeReady();
    });
    return true;
  }

  private start(command: ClientCommand): void {
    if (command.code === Command.QUIT) {
      this.socket.end();
      this.closed();
      return;
    }
    if (this.lost) {
      const gone = this.lost;
      this.lost = undefined;
      const message = `The database connection was lost; ${this.held.pinned ? "the session's state" : "the transaction"} is gone (${gone})`;
      if (this.held.pinned) this.fatal(ServerError.SERVER_SHUTDOWN, message);
      else this.answer(errorPacket(1, ServerError.SERVER_SHUTDOWN, message));
      return;
    }
    if (isRefused(command.code)) {
      if (command.missing !== undefined) this.fatal(ServerError.UNKNOWN_COMMAND, "Unknown command");
      else this.answer(errorPacket(1, ServerError.UNKNOWN_COMMAND, "Unknown command"));
      return;
    }
    if (command.code === Command.CHANGE_USER && command.missing === undefined) {
      this.phase = Phase.Finishing;
      this.context.changeUser(this, command.bytes);
      return;
    }
    const own = command.missing === undefined ? localReply(this, command) : undefined;
    if (own) {
      this.answer(own);
      return;
    }
    if (command.code === Command.STMT_CLOSE || command.code === Command.STMT_SEND_LONG_DATA) {
      this.sendWithoutReply(command);
      return;
    }
    this.prepare(command, this.examine(command));
  }

  private examine(command: ClientCommand): Classification | undefined {
    const { code } = command;
    if (code === Command.QUERY || code === Command.STMT_PREPARE) this.context.metrics.query(this.context.secure);
    else if (code === Command.STMT_EXECUTE) this.context.metrics.query(this.context.secure);
    const long = command.bytes.length > HEADER_BYTES + 1 + MAX_EXAMINED_BYTES || command.missing !== undefined;
    if (long) this.held.pin(PinReason.LONG_STATEMENT);
    else if (code === Command.STMT_PREPARE) this.held.pin(PinReason.PREPARED);
    if (code !== Command.QUERY || long) return undefined;
    const classification = this.follower.classify(command.bytes);
    if (classification.pin) this.held.pin(classification.pin);
    return classification;
  }

  /** Commands without a reply concern prepared statements, so the session is pinned; without a connection they are void. */
  private sendWithoutReply(command: ClientCommand): void {
    const connection = this.held.current;
    if (!connection) {
      if (command.missing !== undefined)
        this.fatal(ServerError.PACKET_TOO_LARGE, "Got a packet bigger than 'max_allowed_packet' bytes");
      return;
    }
    connection.send(command.bytes);
    if (command.missing === undefined) return;
    this.phase = Phase.Preparing;
    this.startUpload(command, connection);
  }

  /** Borrows a connection if the session has none, and brings it to the session's state if needed. */
  private prepare(command: ClientCommand, classification: Classification | undefined): void {
    this.phase = Phase.Preparing;
    this.held.obtain({
      ready: (connection) => {
        const rewritten = this.follower.rewriteQuestion(command, classification, connection);
        if (Buffer.isBuffer(rewritten)) this.reply(rewritten);
        else this.send(rewritten, classification, connection);
      },
      none: (error) => {
        this.noConnection(error, command.missing !== undefined);
      },
      failed: (connection, error) => {
        this.handOverFailed(connection, error);
      },
    });
  }

  /** Something the proxy answers itself after all. */
  private reply(bytes: Buffer): void {
    if (this.phase === Phase.Closed) return;
    this.socket.write(bytes);
    this.afterReply();
  }

  /** The client is still waiting for its reply, and gets the error. */
  private handOverFailed(connection: DatabaseConnection, error: Error): void {
    const { pinned } = this.held;
    this.logTrouble("a database connection could not take on a session's settings", connection, error);
    if (error instanceof DatabaseError && connection.usable && !pinned) {
      connection.hiddenState = true;
      this.held.release();
    } else this.held.drop();
    if (pinned) this.fatal(ServerError.SERVER_SHUTDOWN, error.message);
    else this.reply(errorPacket(1, ServerError.UNKNOWN, error.message));
  }

  /** The client has its reply already, so that it learns of the loss with its next command, if it lost anything. */
  private afterworkFailed(connection: DatabaseConnection, error: Error): void {
    if (this.held.current !== connection) return;
    this.logTrouble("a database connection failed after a statement", connection, error);
    if (this.held.pinned !== undefined || this.follower.holdsConnection) this.lost = error.message;
    this.held.drop();
    this.becomeReady();
  }

  private logTrouble(message: string, connection: DatabaseConnection, error: Error): void {
    const fields = { clientConnection: this.id, dbConnection: connection.id, error: error.message };
    this.context.log("warn", message, fields);
  }

  /** False when the session ended, or lost the connection, while something was under way. */
  private stillHolds(connection: DatabaseConnection): boolean {
    return this.held.current === connection && this.phase !== Phase.Closed;
  }

  private noConnection(error: Error, longCommand: boolean): void {
    const borrowTimeout = error instanceof BorrowTimeout;
    this.context.log("warn", "no database connection", { clientConnection: this.id, borrowTimeout });
    const message = "Timed-out waiting to acquire database connection";
    // The rest of a long command is still to come, and must not be taken for further commands.
    if (longCommand) this.fatal(ServerError.BORROW_TIMEOUT, message);
    else this.reply(errorPacket(1, ServerError.BORROW_TIMEOUT, message));
  }

  private send(
    command: ClientCommand,
    classification: Classification | undefined,
    connection: DatabaseConnection,
  ): void {
    this.phase = Phase.Relaying;
    this.relayedBytes = 0;
    this.sentAt = performance.now();
    this.follower.sending(command, classification, connection);
    if (this.held.pinned) this.follower.logPin(this.held.pinned, connection);
    connection.execute(command.code, command.bytes, this);
    if (command.missing !== undefined) this.startUpload(command, connection);
  }

  private startUpload(command: ClientCommand, connection: DatabaseConnection): void {
    this.upload = new Upload(command, this.reader, this.socket, connection);
    this.socket.resume();
    this.continueUpload();
  }

  private continueUpload(): void {
    if (!this.upload?.pump()) return;
    this.upload = undefined;
    // There is no reply to wait for, or it came before the command was complete.
    if (this.phase === Phase.Preparing || this.phase === Phase.Ready) this.becomeReady();
  }

  data(chunk: Buffer): boolean {
    this.relayedBytes += chunk.length;
    if (this.phase === Phase.Closed || this.socket.write(chunk)) return true;
    this.socket.once("drain", () => this.held.current?.resume());
    return false;
  }

  end(reply: ReplyTracker): void {
    const connection = this.held.current;
    if (!connection) return;
    const now = performance.now();
    this.context.metrics.answered(now - this.receivedAt, now - this.sentAt);
    if (reply.askedForFile) {
      // Cannot happen: no connection is opened with CLIENT_LOCAL_FILES.
      this.connectionLost(new Error("the database asked for a local file"));
      return;
    }
    connection.resume();
    const work = this.follower.received(reply, connection);
    if (!work) {
      this.afterReply();
      return;
    }
    this.phase = Phase.Finishing;
    work.then(
      () => {
        if (this.stillHolds(connection)) this.afterReply();
      },
      (error: unknown) => {
        this.afterworkFailed(connection, error as Error);
      },
    );
  }

  broken(error: Error): void {
    this.connectionLost(error);
  }

  /** Gives the connection back unless the session has to keep it, and goes on with what the client sent meanwhile. */
  private afterReply(): void {
    if (!this.held.pinned && !this.follower.holdsConnection) this.held.release();
    this.becomeReady();
  }

  private becomeReady(): void {
    if (this.phase === Phase.Closed) return;
    this.phase = Phase.Ready;
    this.lastActive = performance.now();
    if (this.upload || this.congested) return;
    if (this.reader.size > 0) this.nextCommand();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  /** The proxy's own answer to a command that never left the Ready phase. */
  private answer(bytes: Buffer): void {
    if (bytes.length > 0) this.socket.write(bytes);
  }

  private diversion: { push: (chunk: Buffer) => void; closed: () => void } | undefined;

  /** While COM_CHANGE_USER is under way, what the client sends is no command. */
  divert(push: (chunk: Buffer) => void, closed: () => void): void {
    this.diversion = { push, closed };
  }

  write(bytes: Buffer): void {
    if (this.phase !== Phase.Closed) this.socket.write(bytes);
  }

  readonly waiting = (leave: () => void): void => {
    this.held.stopWaiting = leave;
  };

  /** Gives up all that the session has in the database. */
  async leaveState(): Promise<void> {
    this.held.endPin();
    this.lost = undefined;
    await this.held.cleanUp();
    this.memory.forgetLastStatement();
    this.memory.state = undefined;
  }

  /** After COM_CHANGE_USER: a session of another user begins. */
  restart(ok: Buffer): void {
    this.diversion = this.held.stopWaiting = undefined;
    this.reply(ok);
  }

  fatal(kind: ErrorKind, message: string, sequence = 1): void {
    this.endWith(errorPacket(sequence, kind, message));
  }

  /** Sends a last packet and closes. */
  endWith(bytes: Buffer): void {
    if (this.phase === Phase.Closed) return;
    this.socket.end(bytes);
    this.closed();
  }

  connectionGone(): void {
    this.follower.released();
  }

  connectionLost(error: Error): void {
    if (!this.held.current) return;
    const { phase } = this;
    this.held.drop();
    this.upload = undefined;
    if (phase === Phase.Closed) return;
    this.context.log("warn", "database connection lost", { clientConnection: this.id, reason: error.message });
    const message = `Lost the database connection: ${error.message}`;
    if (phase === Phase.Ready) this.lost = error.message;
    else if (phase === Phase.Relaying && this.relayedBytes > 0) this.disconnect();
    else if (this.held.pinned) this.fatal(ServerError.SERVER_SHUTDOWN, message);
    else this.reply(errorPacket(1, ServerError.SERVER_SHUTDOWN, message));
  }

  /** Ends the client's connection without a word, which is all that is left in the middle of a reply. */
  disconnect(): void {
    this.socket.destroy();
    this.closed();
  }

  private closed(): void {
    if (this.phase === Phase.Closed) return;
    const interrupted = this.phase === Phase.Relaying || this.upload !== undefined;
    const busy = this.phase === Phase.Preparing || this.phase === Phase.Finishing;
    this.phase = Phase.Closed;
    this.memory.alive = false;
    this.held.stopWaiting?.();
    this.diversion?.closed();
    this.held.endPin();
    this.context.sessionClosed(this);
    const connection = this.held.current;
    if (!connection) return;
    if (interrupted || busy) {
      this.context.log(
        "debug",
        "a database connection is closed because its client went away in the middle of a request",
        {
          clientConnection: this.id,
          dbConnection: connection.id,
        },
      );
      this.held.drop();
      return;
    }
    void this.held.cleanUp();
  }

  get autocommit(): boolean {
    return this.memory.state?.get("autocommit") !== "0";
  }

  /** Status flags for a reply of the proxy's own. */
  get status(): number {
    return this.autocommit ? Status.AUTOCOMMIT : 0;
  }
}

import { Command, HEADER_BYTES, ServerError, Status } from "../protocol/constants";
import { DatabaseError, errorPacket } from "../protocol/packets";
import { BorrowTimeout } from "../database/pool";
import { handOver, needsHandOver, takeLeave } from "../state/handOver";
import { PinReason } from "../sql/classify";
import { CommandReader, MAX_EXAMINED_BYTES, ProtocolViolation } from "./commandReader";
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
export class ClientSession implements ReplySink {
  lastActive = performance.now();
  pinned: string | undefined;
  connection: DatabaseConnection | undefined;
  readonly follower: StatementFollower;

  private phase: Phase = Phase.Ready;
  private readonly reader = new CommandReader();
  private upload: Upload | undefined;
  private stopWaiting: (() => void) | undefined;
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
      while (this.phase === Phase.Ready) {
        const command = this.reader.next();
        if (!command) break;
        this.receivedAt = this.lastActive = performance.now();
        this.start(command);
      }
      if (this.socket.isPaused() && !this.upload) this.socket.resume();
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

  private start(command: ClientCommand): void {
    if (command.code === Command.QUIT) {
      this.socket.end();
      this.closed();
      return;
    }
    if (this.lost) {
      const gone = this.lost;
      this.lost = undefined;
      const message = `The database connection was lost; ${this.pinned ? "the session's state" : "the transaction"} is gone (${gone})`;
      if (this.pinned) this.fatal(ServerError.SERVER_SHUTDOWN, message);
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
    if (long) this.pin(PinReason.LONG_STATEMENT);
    else if (code === Command.STMT_PREPARE) this.pin(PinReason.PREPARED);
    if (code !== Command.QUERY || long) return undefined;
    const classification = this.follower.classify(command.bytes);
    if (classification.pin) this.pin(classification.pin);
    return classification;
  }

  /** Commands without a reply concern prepared statements, so the session is pinned; without a connection they are void. */
  private sendWithoutReply(command: ClientCommand): void {
    if (!this.connection) {
      if (command.missing !== undefined)
        this.fatal(ServerError.PACKET_TOO_LARGE, "Got a packet bigger than 'max_allowed_packet' bytes");
      return;
    }
    this.connection.send(command.bytes);
    if (command.missing === undefined) return;
    this.phase = Phase.Preparing;
    this.startUpload(command, this.connection);
  }

  pin(reason: string): void {
    if (this.pinned) return;
    this.pinned = reason;
    this.context.metrics.databaseConnectionsCurrentlySessionPinned++;
  }

  /** Borrows a connection if the session has none, and brings it to the session's state if needed. */
  private prepare(command: ClientCommand, classification: Classification | undefined): void {
    this.phase = Phase.Preparing;
    const proceed = (connection: DatabaseConnection): void => {
      const rewritten = this.follower.rewriteQuestion(command, classification, connection);
      if (Buffer.isBuffer(rewritten)) this.reply(rewritten);
      else this.send(rewritten, classification, connection);
    };
    this.withConnection((connection) => {
      if (!this.memory.saving && !needsHandOver(connection, this.memory)) proceed(connection);
      else
        void this.settle(connection).then(
          () => {
            if (this.stillHolds(connection)) proceed(connection);
          },
          (error: unknown) => {
            this.handOverFailed(connection, error as Error);
          },
        );
    });
  }

  /** Something the proxy answers itself after all. */
  private reply(bytes: Buffer): void {
    if (this.phase === Phase.Closed) return;
    this.socket.write(bytes);
    this.afterReply();
  }

  private async settle(connection: DatabaseConnection): Promise<void> {
    // At once, so that the session which leaves finds out that something of it is being saved.
    const left = connection.lastSession === this.memory ? undefined : takeLeave(connection);
    left?.catch(() => undefined);
    while (this.memory.saving) await this.memory.saving;
    await left;
    if (needsHandOver(connection, this.memory)) await handOver(connection, this.memory);
  }

  /** The client is still waiting for its reply, and gets the error. */
  private handOverFailed(connection: DatabaseConnection, error: Error): void {
    if (this.connection !== connection) return;
    this.logTrouble("a database connection could not take on a session's settings", connection, error);
    if (error instanceof DatabaseError && connection.usable && !this.pinned) {
      connection.hiddenState = true;
      this.releaseConnection(connection);
    } else this.dropConnection();
    if (this.pinned) this.fatal(ServerError.SERVER_SHUTDOWN, error.message);
    else this.reply(errorPacket(1, ServerError.UNKNOWN, error.message));
  }

  /** The client has its reply already, so that it learns of the loss with its next command, if it lost anything. */
  private afterworkFailed(connection: DatabaseConnection, error: Error): void {
    if (this.connection !== connection) return;
    this.logTrouble("a database connection failed after a statement", connection, error);
    if (this.pinned !== undefined || this.follower.holdsConnection) this.lost = error.message;
    this.dropConnection();
    this.becomeReady();
  }

  private logTrouble(message: string, connection: DatabaseConnection, error: Error): void {
    const fields = { clientConnection: this.id, dbConnection: connection.id, error: error.message };
    this.context.log("warn", message, fields);
  }

  /** False when the session ended, or lost the connection, while something was under way. */
  private stillHolds(connection: DatabaseConnection): boolean {
    return this.connection === connection && this.phase !== Phase.Closed;
  }

  /** Gives a connection to `use`, now or when one is free; tells the client when there is none in time. */
  withConnection(use: (connection: DatabaseConnection) => void): void {
    if (this.connection) {
      use(this.connection);
      return;
    }
    const { user, foundRows } = this.context;
    this.stopWaiting = this.context.pool.borrow({
      user,
      foundRows,
      memory: this.memory,
      served: (connection) => {
        this.stopWaiting = undefined;
        this.connection = connection;
        connection.onBroken = (error) => {
          this.connectionLost(error);
        };
        use(connection);
      },
      failed: (error) => {
        this.stopWaiting = undefined;
        this.noConnection(error);
      },
    });
  }

  private noConnection(error: Error): void {
    const timeout = error instanceof BorrowTimeout;
    this.context.log("warn", "no database connection", { clientConnection: this.id, borrowTimeout: timeout });
    const reply = errorPacket(1, ServerError.BORROW_TIMEOUT, "Timed-out waiting to acquire database connection");
    this.reply(reply);
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
    if (this.pinned) this.follower.logPin(this.pinned, connection);
    connection.execute(command.code, command.bytes, this);
    if (command.missing !== undefined) this.startUpload(command, connection);
  }

  private startUpload(command: ClientCommand, connection: DatabaseConnection): void {
    this.upload = new Upload(command, this.reader, this.socket, connection);
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
    this.socket.once("drain", () => this.connection?.resume());
    return false;
  }

  end(reply: ReplyTracker): void {
    const { connection } = this;
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
    const { connection } = this;
    if (connection && !this.pinned && !this.follower.holdsConnection) this.releaseConnection(connection);
    this.becomeReady();
  }

  private becomeReady(): void {
    if (this.phase === Phase.Closed) return;
    this.phase = Phase.Ready;
    this.lastActive = performance.now();
    if (this.upload) return;
    if (this.reader.size > 0) this.nextCommand();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  /** The proxy's own answer to a command that never left the Ready phase. */
  private answer(bytes: Buffer): void {
    if (bytes.length > 0) this.socket.write(bytes);
  }

  releaseConnection(connection: DatabaseConnection): void {
    this.connection = undefined;
    connection.onBroken = undefined;
    this.follower.released();
    this.context.pool.release(connection);
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
    this.stopWaiting = leave;
  };

  /** Gives up all that the session has in the database. */
  async leaveState(): Promise<void> {
    const { connection } = this;
    this.endPin();
    this.lost = undefined;
    if (connection) await this.cleanUp(connection);
    this.memory.forgetLastStatement();
    this.memory.state = undefined;
  }

  /** After COM_CHANGE_USER: a session of another user begins. */
  restart(ok: Buffer): void {
    this.diversion = this.stopWaiting = undefined;
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

  private dropConnection(): void {
    const { connection } = this;
    if (!connection) return;
    this.connection = undefined;
    connection.onBroken = undefined;
    this.follower.released();
    this.context.pool.abandon(connection);
  }

  private connectionLost(error: Error): void {
    if (!this.connection) return;
    const { phase } = this;
    this.dropConnection();
    this.upload = undefined;
    if (phase === Phase.Closed) return;
    this.context.log("warn", "database connection lost", { clientConnection: this.id, reason: error.message });
    const message = `Lost the database connection: ${error.message}`;
    if (phase === Phase.Ready) this.lost = error.message;
    else if (phase === Phase.Relaying && this.relayedBytes > 0) this.disconnect();
    else if (this.pinned) this.fatal(ServerError.SERVER_SHUTDOWN, message);
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
    this.stopWaiting?.();
    this.diversion?.closed();
    this.endPin();
    this.context.sessionClosed(this);
    const { connection } = this;
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
      this.dropConnection();
      return;
    }
    void this.cleanUp(connection);
  }

  endPin(): void {
    if (this.pinned) this.context.metrics.databaseConnectionsCurrentlySessionPinned--;
    this.pinned = undefined;
  }

  /** A transaction or a pinned session's state must not outlive the session: roll back, unlock, forget. */
  async cleanUp(connection: DatabaseConnection): Promise<void> {
    connection.onBroken = undefined;
    connection.lastSession = undefined;
    try {
      await connection.reset();
      this.releaseConnection(connection);
    } catch {
      this.dropConnection();
    }
  }

  get autocommit(): boolean {
    return this.memory.state?.get("autocommit") !== "0";
  }

  /** Status flags for a reply of the proxy's own. */
  get status(): number {
    return this.autocommit ? Status.AUTOCOMMIT : 0;
  }
}

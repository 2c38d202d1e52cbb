import type { Socket } from "node:net";
import type { DatabaseConnection } from "../database/connection";
import { Command, type ErrorKind, ServerError, Status } from "../protocol/constants";
import { errorPacket } from "../protocol/packets";
import type { ReplyTracker } from "../protocol/replyTracker";
import type { Classification } from "../sql/classification";
import type { SessionMemory } from "../state/sessionMemory";
import { ClientStream, type CommandHandler } from "./clientStream";
import { type ClientCommand, ProtocolViolation } from "./commandReader";
import { ConnectionTroubles, type TroubledSession } from "./connectionTroubles";
import type { SessionContext } from "./context";
import { HeldConnection, type Holder } from "./heldConnection";
import { isRefused, localReply } from "./localCommands";
import { type ReplyReceiver, ReplyRelay } from "./replyRelay";
import { StatementFollower } from "./statementFollower";

const defaultNetWriteTimeout = 60;

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
export class ClientSession implements CommandHandler, ReplyReceiver, Holder, TroubledSession {
  lastActive = performance.now();
  readonly held = new HeldConnection(this);
  readonly follower = new StatementFollower(this);
  readonly client: ClientStream;

  private phase: Phase = Phase.Ready;
  private readonly relay: ReplyRelay;
  private readonly troubles = new ConnectionTroubles(this);

  constructor(
    readonly id: number,
    socket: Socket,
    readonly context: SessionContext,
    readonly memory: SessionMemory,
  ) {
    this.client = new ClientStream(socket, this);
    this.relay = new ReplyRelay(this, this.client, context.metrics);
  }

  get idle(): boolean {
    return this.ready;
  }

  /** As a MySQL server does, the proxy waits so long for a client that does not read its reply, which keeps a connection. */
  get stalled(): boolean {
    const since = this.relay.stalledSince;
    if (since === undefined) return false;
    const seconds = Number(this.memory.state?.get("net_write_timeout") ?? defaultNetWriteTimeout);
    return performance.now() - since > seconds * 1000;
  }

  get ready(): boolean {
    return this.phase === Phase.Ready;
  }

  get ended(): boolean {
    return this.phase === Phase.Closed;
  }

  command(command: ClientCommand): void {
    this.lastActive = performance.now();
    const complete = command.missing === undefined;
    if (command.code === Command.QUIT) {
      this.client.end();
      this.clientGone();
    } else if (this.troubles.tell(!complete)) {
      return;
    } else if (isRefused(command.code)) {
      if (complete) this.answer(errorPacket(1, ServerError.UNKNOWN_COMMAND, "Unknown command"));
      else this.fatal(ServerError.UNKNOWN_COMMAND, "Unknown command");
    } else if (command.code === Command.CHANGE_USER) {
      // Longer than any log-in, and never the database's to answer.
      if (!complete) {
        this.fatal(ServerError.PACKET_TOO_LARGE, "Got a packet bigger than 'max_allowed_packet' bytes");
        return;
      }
      this.phase = Phase.Finishing;
      this.context.changeUser(this, command.bytes);
    } else {
      const own = complete ? localReply(this, command) : undefined;
      if (own) {
        this.answer(own);
      } else if (command.code === Command.STMT_CLOSE || command.code === Command.STMT_SEND_LONG_DATA) {
        this.sendWithoutReply(command);
      } else {
        this.prepare(command, this.follower.examine(command));
      }
    }
  }

  failed(error: unknown): void {
    if (error instanceof ProtocolViolation) {
      this.fatal(ServerError.PACKETS_OUT_OF_ORDER, "Got packets out of order");
      return;
    }
    this.context.log("error", "client session failed", { clientConnection: this.id, error: String(error) });
    this.fatal(ServerError.UNKNOWN, "Unknown error");
  }

  /** Commands without a reply concern prepared statements, so the session is pinned; without a connection they are void. */
  private sendWithoutReply(command: ClientCommand): void {
    const connection = this.held.current;
    if (!connection) {
      if (command.missing !== undefined) {
        this.fatal(ServerError.PACKET_TOO_LARGE, "Got a packet bigger than 'max_allowed_packet' bytes");
      }
      return;
    }
    connection.send(command.bytes);
    if (command.missing === undefined) return;
    this.phase = Phase.Preparing;
    this.client.startUpload(command, connection);
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
        this.troubles.noneInTime(error, command.missing !== undefined);
      },
      failed: (connection, error) => {
        this.troubles.handOverFailed(connection, error);
      },
    });
  }

  private send(
    command: ClientCommand,
    classification: Classification | undefined,
    connection: DatabaseConnection,
  ): void {
    this.phase = Phase.Relaying;
    this.relay.expect(this.lastActive);
    this.follower.sending(command, classification, connection);
    if (this.held.pinned) this.follower.logPin(this.held.pinned, connection);
    connection.execute(command.code, command.bytes, this.relay);
    if (command.missing !== undefined) this.client.startUpload(command, connection);
  }

  /** A client that is still sending a command is not idle. */
  received(): void {
    this.lastActive = performance.now();
  }

  /** There is no reply to wait for, or it came before the command was complete. */
  uploaded(): void {
    if (this.phase === Phase.Preparing || this.phase === Phase.Ready) this.becomeReady();
  }

  replied(reply: ReplyTracker, connection: DatabaseConnection): void {
    const work = this.follower.received(reply, connection);
    if (!work) {
      this.afterReply();
      return;
    }
    this.phase = Phase.Finishing;
    work.then(
      () => {
        if (this.held.current === connection && !this.ended) this.afterReply();
      },
      (error: unknown) => {
        this.troubles.afterworkFailed(connection, error as Error);
      },
    );
  }

  /** Gives the connection back unless the session has to keep it, and goes on with what the client sent meanwhile. */
  private afterReply(): void {
    if (!this.held.pinned && !this.follower.holdsConnection) this.held.release();
    this.becomeReady();
  }

  becomeReady(): void {
    if (this.ended) return;
    this.phase = Phase.Ready;
    this.lastActive = performance.now();
    this.client.proceed();
  }

  /** The proxy's own answer to a command that never left the Ready phase. */
  answer(bytes: Buffer): void {
    if (bytes.length > 0) this.client.write(bytes);
  }

  /** Something the proxy answers itself after all. */
  reply(bytes: Buffer): void {
    if (this.ended) return;
    this.client.write(bytes);
    this.afterReply();
  }

  get replyBegun(): boolean {
    return this.phase === Phase.Relaying && this.relay.begun;
  }

  connectionLost(error: Error): void {
    if (!this.held.current) return;
    this.client.abandonUpload();
    this.troubles.lost(error);
  }

  /** Gives up all that the session has in the database. */
  async leaveState(): Promise<void> {
    this.held.endPin();
    this.troubles.forget();
    await this.held.cleanUp();
    this.memory.forgetLastStatement();
    this.memory.state = undefined;
  }

  /** After COM_CHANGE_USER: a session of another user begins. */
  restart(ok: Buffer): void {
    this.client.endDiversion();
    this.held.stopWaiting = undefined;
    this.reply(ok);
  }

  fatal(kind: ErrorKind, message: string, sequence = 1): void {
    this.endWith(errorPacket(sequence, kind, message));
  }

  /** Sends a last packet and closes. */
  endWith(bytes: Buffer): void {
    if (this.ended) return;
    this.client.end(bytes);
    this.clientGone();
  }

  /** Ends the client's connection without a word, which is all that is left in the middle of a reply. */
  disconnect(): void {
    this.client.destroy();
    this.clientGone();
  }

  connectionGone(): void {
    this.follower.released();
  }

  clientGone(): void {
    if (this.ended) return;
    const inTheMiddle = this.phase !== Phase.Ready || this.client.uploading;
    const awaitsReply = this.phase === Phase.Relaying && !this.client.uploading;
    this.phase = Phase.Closed;
    this.memory.alive = false;
    this.held.stopWaiting?.();
    this.client.closed();
    this.held.endPin();
    this.context.sessionClosed(this);
    const connection = this.held.current;
    if (!connection) return;
    if (!inTheMiddle) {
      void this.held.cleanUp();
      return;
    }
    if (awaitsReply) {
      // The server goes on with the statement, whether or not anybody listens, and counts the connection until then.
      connection.resume();
      return;
    }
    const fields = { clientConnection: this.id, dbConnection: connection.id };
    this.context.log(
      "debug",
      "a client went away in the middle of a request: its database connection is closed",
      fields,
    );
    this.held.drop();
  }

  get autocommit(): boolean {
    return this.memory.state?.get("autocommit") !== "0";
  }

  /** Status flags for a reply of the proxy's own. */
  get status(): number {
    return this.autocommit ? Status.AUTOCOMMIT : 0;
  }
}

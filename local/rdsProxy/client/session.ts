import type { Socket } from "node:net";
import type { DatabaseConnection } from "../database/connection";
import { Command, type ErrorKind, headerBytes, ServerError } from "../protocol/constants";
import { errorPacket } from "../protocol/packets";
import type { ReplyTracker } from "../protocol/replyTracker";
import type { Classification } from "../sql/classification";
import type { SessionMemory } from "../state/sessionMemory";
import { ClientStream, type CommandHandler } from "./clientStream";
import { type ClientCommand, ProtocolViolation } from "./commandReader";
import { ConnectionFailures, type FailingSession } from "./connectionFailures";
import type { SessionContext } from "./context";
import { HeldConnection, type Holder } from "./heldConnection";
import { kill, type KillableSession } from "./kill";
import { type AnsweringSession, isRefused, localReply } from "./localCommands";
import { type ReplyReceiver, ReplyRelay } from "./replyRelay";
import { StatementFollower } from "./statementFollower";

/** MySQL's default, in seconds. */
const defaultNetWriteTimeout = 60;

/** COM_PROCESS_KILL is followed by a connection id. */
const processKillBytes = headerBytes + 5;

/** The words of MySQL's error 1317. */
const interrupted = "Query execution was interrupted";

const enum Phase {
  /** Between two commands. */
  Ready,
  /** A command waits for a database connection, or for the connection to take on the session's state. */
  Preparing,
  /** The proxy has sent the command and relays its reply. */
  Relaying,
  /** The client has its reply. Before the next command, the proxy asks the database something of its own. */
  Finishing,
  Closed,
}

/** What the session leaves to the proxy around it. */
export interface SessionOwner {
  /** The client has sent COM_CHANGE_USER. */
  changeUser(session: ClientSession, command: Buffer): void;
  sessionClosed(session: ClientSession): void;
  /** Another session by the id that its client knows. */
  sessionOf(id: number): ClientSession | undefined;
}

/**
 * One logged-in client. It borrows a database connection for a command, and keeps it while a transaction is open or the
 * session is pinned. The server's status flags tell of the first, and the classifier tells of the second.
 *
 * The file is longer than its neighbours because every change of the phase is in it, and they are best read together.
 */
export class ClientSession
  implements CommandHandler, ReplyReceiver, Holder, FailingSession, AnsweringSession, KillableSession
{
  lastActive = performance.now();
  readonly held = new HeldConnection(this);
  readonly follower: StatementFollower;
  readonly client: ClientStream;

  private phase: Phase = Phase.Ready;
  /** The command that waits for a connection has not arrived to its end. */
  private longCommand = false;
  private readonly relay: ReplyRelay;
  private readonly failures = new ConnectionFailures(this);

  constructor(
    readonly id: number,
    socket: Socket,
    readonly context: SessionContext,
    readonly memory: SessionMemory,
    private readonly owner: SessionOwner,
  ) {
    this.follower = new StatementFollower(id, context, memory, this.held);
    this.client = new ClientStream(socket, this);
    this.relay = new ReplyRelay(this, this.client, context.metrics);
  }

  /** Whether the client has not read its reply for net_write_timeout, after which a MySQL server gives up, too. */
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

  get replyBegun(): boolean {
    return this.phase === Phase.Relaying && this.relay.begun;
  }

  command(command: ClientCommand): void {
    this.lastActive = performance.now();
    const { code } = command;
    const complete = command.missing === undefined;
    if (code === Command.QUIT) {
      this.client.end();
      this.clientGone();
    } else if (this.failures.tell(!complete)) {
      return;
    } else if (isRefused(code)) {
      if (complete) this.answer(errorPacket(1, ServerError.UNKNOWN_COMMAND, "Unknown command"));
      else this.fatal(ServerError.UNKNOWN_COMMAND, "Unknown command");
    } else if (code === Command.CHANGE_USER) {
      // No log-in is so long that it arrives incomplete, and the database must never answer one.
      if (!complete) {
        this.refuseLongCommand();
        return;
      }
      this.phase = Phase.Finishing;
      this.owner.changeUser(this, command.bytes);
    } else {
      const own = complete ? localReply(this, command) : undefined;
      if (own !== undefined) {
        this.answer(own);
      } else if (code === Command.STMT_CLOSE || code === Command.STMT_SEND_LONG_DATA) {
        this.sendWithoutReply(command);
      } else {
        const classification = this.follower.examine(command);
        if (!this.kills(command, classification)) this.prepare(command, classification);
      }
    }
  }

  /** Carries out a KILL with an id of the proxy. Returns false for any other command. */
  private kills({ code, bytes }: ClientCommand, classification: Classification | undefined): boolean {
    let request = classification?.several === false ? classification.kill : undefined;
    if (code === Command.PROCESS_KILL && bytes.length >= processKillBytes) {
      request = { id: bytes.readUInt32LE(headerBytes + 1), connection: true };
    }
    const victim = request && this.owner.sessionOf(request.id);
    if (request === undefined || victim === undefined) return false;
    const { connection } = request;
    this.phase = Phase.Finishing;
    void kill(this, victim, request).then((reply) => {
      if (victim !== this) this.reply(reply);
      else if (connection) this.fatal(ServerError.QUERY_INTERRUPTED, interrupted);
      else this.reply(errorPacket(1, ServerError.QUERY_INTERRUPTED, interrupted));
    });
    return true;
  }

  async interrupt(forGood: boolean): Promise<void> {
    const connection = this.held.current;
    let interruption: Promise<void> | undefined;
    if (this.phase === Phase.Preparing && this.held.stopWaiting !== undefined && !this.longCommand) {
      this.held.leaveQueue();
      if (!forGood) this.reply(errorPacket(1, ServerError.QUERY_INTERRUPTED, interrupted));
    } else if (this.phase === Phase.Relaying && connection !== undefined && !this.client.uploading) {
      interruption = connection.interrupt((sql) => this.context.pool.runAside(this.context.kind, sql));
    }
    // At once, since the reply of the interrupted statement may come before that of the KILL.
    if (forGood) this.disconnect();
    await interruption;
  }

  failed(error: unknown): void {
    if (error instanceof ProtocolViolation) {
      this.fatal(ServerError.PACKETS_OUT_OF_ORDER, "Got packets out of order");
      return;
    }
    this.context.log("error", "client session failed", { clientConnection: this.id, error: String(error) });
    this.fatal(ServerError.UNKNOWN, "Unknown error");
  }

  /** Sends a command without a reply. It is about a prepared statement, so it means nothing without a connection. */
  private sendWithoutReply(command: ClientCommand): void {
    const connection = this.held.current;
    if (connection === undefined) {
      if (command.missing !== undefined) this.refuseLongCommand();
      return;
    }
    connection.send(command.bytes);
    if (command.missing === undefined) return;
    this.phase = Phase.Preparing;
    this.client.startUpload(command, connection);
  }

  private refuseLongCommand(): void {
    this.fatal(ServerError.PACKET_TOO_LARGE, "Got a packet bigger than 'max_allowed_packet' bytes");
  }

  /** Obtains a connection in the session's state, and then sends the command. */
  private prepare(command: ClientCommand, classification: Classification | undefined): void {
    this.phase = Phase.Preparing;
    this.longCommand = command.missing !== undefined;
    this.held.obtain({
      ready: (connection) => {
        const rewritten = this.follower.rewriteQuestion(command, classification, connection);
        if (Buffer.isBuffer(rewritten)) this.reply(rewritten);
        else this.send(rewritten, classification, connection);
      },
      none: (error) => {
        this.failures.noneInTime(error, command.missing !== undefined);
      },
      failed: (connection, error) => {
        this.failures.handOverFailed(connection, error);
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
    connection.execute(command.code, command.bytes, this.relay);
    if (command.missing !== undefined) this.client.startUpload(command, connection);
  }

  /** The client is not idle while it sends a command. */
  received(): void {
    this.lastActive = performance.now();
  }

  /** Goes on if the long command has no reply, or if its reply came before the command was complete. */
  uploaded(): void {
    if (this.phase === Phase.Preparing || this.phase === Phase.Ready) this.becomeReady();
  }

  replied(reply: ReplyTracker, connection: DatabaseConnection): void {
    if (connection.interruption !== undefined) {
      // A KILL is on its way to this connection, and may only hit the statement that it is for.
      this.phase = Phase.Finishing;
      void connection.interruption.then(() => {
        if (this.held.current === connection && !this.ended) this.replied(reply, connection);
      });
      return;
    }
    const work = this.follower.received(reply, connection);
    if (work === undefined) {
      this.afterReply();
      return;
    }
    this.phase = Phase.Finishing;
    work.then(
      () => {
        if (this.held.current === connection && !this.ended) this.afterReply();
      },
      (error: unknown) => {
        this.failures.followUpFailed(connection, error as Error);
      },
    );
  }

  /** Gives the connection back, unless the session must keep it, and goes on with the next command. */
  private afterReply(): void {
    if (this.held.pin === undefined && !this.follower.holdsConnection) this.held.release();
    this.becomeReady();
  }

  becomeReady(): void {
    if (this.ended) return;
    this.phase = Phase.Ready;
    this.lastActive = performance.now();
    this.client.proceed();
  }

  /** Sends the proxy's own reply to a command that did not leave the phase Ready. */
  answer(bytes: Buffer): void {
    if (bytes.length > 0) this.client.write(bytes);
  }

  /** Sends the proxy's own reply to a command that has left the phase Ready. */
  reply(bytes: Buffer): void {
    if (this.ended) return;
    this.client.write(bytes);
    this.afterReply();
  }

  connectionLost(error: Error): void {
    if (this.held.current === undefined) return;
    this.client.abandonUpload();
    this.failures.lost(error);
  }

  connectionGone(): void {
    this.follower.released();
  }

  /** Gives up all that the session has in the database. */
  async leaveState(): Promise<void> {
    this.held.endPin();
    this.failures.forget();
    await this.held.cleanUp();
    this.memory.forgetLastStatement();
    this.memory.state = undefined;
  }

  /** Begins the session of another user, after COM_CHANGE_USER. */
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

  /** Closes without a last packet. In the middle of a reply, the proxy can do nothing else. */
  disconnect(): void {
    this.client.destroy();
    this.clientGone();
  }

  clientGone(): void {
    if (this.ended) return;
    const { phase } = this;
    const { uploading } = this.client;
    this.phase = Phase.Closed;
    this.memory.alive = false;
    this.held.stopWaiting?.();
    this.client.closed();
    this.held.endPin();
    this.owner.sessionClosed(this);
    const connection = this.held.current;
    if (connection === undefined) return;
    if (phase === Phase.Ready && !uploading) {
      void this.held.cleanUp();
    } else if (phase === Phase.Relaying && !uploading) {
      // The server goes on with the statement although the client is gone, and counts the connection until it is done.
      connection.resume();
    } else {
      const fields = { clientConnection: this.id, dbConnection: connection.id };
      this.context.log(
        "debug",
        "database connection closed because its client left in the middle of a request",
        fields,
      );
      this.held.drop();
    }
  }
}

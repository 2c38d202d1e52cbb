import { TLSSocket } from "node:tls";
import { CLEAR } from "../auth/scrambles";
import { Command } from "../protocol/constants";
import { writeChangeUser } from "../protocol/handshake";
import { DatabaseError, commandPacket } from "../protocol/packets";
import { ReplyTracker } from "../protocol/replyTracker";
import { decodeTextResult } from "../protocol/textResult";
import { LOGIN_COLLATION } from "./login";
import { ChangeUserReply } from "./changeUser";
import type { TextRow } from "../protocol/textResult";
import type { SessionMemory } from "../state/sessionMemory";
import type { SessionState } from "../state/sessionState";
import type { Credential } from "../types";
import type { Socket } from "node:net";
import type { LoggedIn } from "./login";
import { askServer } from "./serverInfo";
import type { ServerInfo } from "./serverInfo";

/** Takes the reply to one command: bytes as they come, then its end, or the news that it will never end. */
export interface ReplySink {
  /** Returns false to have the connection paused until `resume` is called. */
  data(chunk: Buffer): boolean;
  end(reply: ReplyTracker): void;
  broken(error: Error): void;
}

interface Pending {
  tracker: ReplyTracker;
  sink: ReplySink;
}

/** The proxy asks small questions only; a longer answer means that something is wrong. */
const MAX_OWN_REPLY = 1024 * 1024;
let lastId = 0x40000000;

export interface ConnectionOptions extends LoggedIn {
  credential: Credential;
  foundRows: boolean;
  targetId: string;
  /** What is known of the server; undefined to have it asked. */
  server: ServerInfo | undefined;
  initQuery: string;
}

/** A logged-in connection to the database: sends commands, and hands each reply to whoever waits for it. */
export class DatabaseConnection {
  readonly id = ++lastId;
  readonly openedAt = performance.now();
  readonly kind: string;
  readonly targetId: string;
  /** Settings of the connection now, and right after log-in or reset. */
  state!: SessionState;
  baseline!: SessionState;
  server!: ServerInfo;
  lastSession: SessionMemory | undefined;
  /** Counts commands, to tell whether anything ran since. */
  uses = 0;
  insertId = "0";
  /** `insertId` may be out of date. */
  insertIdUnknown = false;
  /** Stored code ran: there may be variables, temporary tables or locks that nobody saw being made. */
  hiddenState = false;
  idleSince = 0;
  usable = true;
  /** Whoever holds the connection is told when it breaks while no reply is due. */
  onBroken: ((error: Error) => void) | undefined;
  readonly closed: Promise<void>;

  private readonly socket: Socket;
  private readonly queue: Pending[] = [];
  private spareTracker: ReplyTracker | undefined = new ReplyTracker();

  private constructor(private readonly options: ConnectionOptions) {
    this.kind = connectionKind(options.credential.username, options.foundRows);
    this.targetId = options.targetId;
    this.socket = options.socket;
    this.socket.setNoDelay(true);
    this.closed = new Promise((resolve) =>
      this.socket.once("close", () => {
        resolve();
      }),
    );
    this.socket.on("data", (chunk: Buffer) => {
      this.receive(chunk);
    });
    this.socket.on("error", (error) => {
      this.fail(error);
    });
    this.socket.on("close", () => {
      this.fail(new Error("the database closed the connection"));
    });
    this.socket.resume();
  }

  static async open(options: ConnectionOptions): Promise<DatabaseConnection> {
    const connection = new DatabaseConnection(options);
    try {
      const { server, greeting } = options;
      connection.server = server ?? (await askServer(greeting.serverVersion, (sql) => connection.query(sql)));
      await connection.initialise();
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  /** Runs the initialization query and reads what it left, as each connection needs after log-in and after a reset. */
  private async initialise(): Promise<void> {
    const { initQuery } = this.options;
    if (initQuery.trim() !== "") {
      await this.command(Command.SET_OPTION, Buffer.of(0, 0));
      await this.query(initQuery);
      await this.command(Command.SET_OPTION, Buffer.of(1, 0));
    }
    this.state = this.baseline = this.server.stateQuery.state(await this.query(this.server.stateQuery.sql), false);
    // The query has read a table, which begins a transaction when the server, or the initialization query, says so.
    if (this.state.get("autocommit") === "0") await this.query("COMMIT");
    this.hiddenState = false;
    this.insertIdUnknown = false;
    this.insertId = "0";
  }

  /** Sends one whole command and gives its reply to `sink`. */
  execute(command: number, bytes: Buffer, sink: ReplySink): void {
    if (!this.usable) {
      sink.broken(new Error("the database connection is closed"));
      return;
    }
    const tracker = this.spareTracker ?? new ReplyTracker();
    this.spareTracker = undefined;
    tracker.begin(command);
    this.uses++;
    this.queue.push({ tracker, sink });
    this.socket.write(bytes);
  }

  /** Sends bytes that have no reply of their own: the rest of a long command, or COM_STMT_CLOSE. */
  send(bytes: Buffer): boolean {
    return this.usable && this.socket.write(bytes);
  }

  onceDrained(listener: () => void): void {
    if (this.usable && this.socket.writableNeedDrain) this.socket.once("drain", listener);
    else listener();
  }

  resume(): void {
    this.socket.resume();
  }

  /** One of the proxy's own queries. */
  async query(sql: string): Promise<TextRow[]> {
    return decodeTextResult(await this.rawQuery(sql));
  }

  rawQuery(sql: string): Promise<Buffer> {
    return this.ownCommand(Command.QUERY, commandPacket(Command.QUERY, sql));
  }

  async command(command: number, argument: Buffer): Promise<void> {
    decodeTextResult(await this.ownCommand(command, commandPacket(command, argument)));
  }

  async setMultiStatements(allowed: boolean): Promise<void> {
    await this.command(Command.SET_OPTION, Buffer.of(allowed ? 0 : 1, 0));
    this.state = this.state.withMultiStatements(allowed);
  }

  /** Back to the state after log-in; rolls back, unlocks, drops temporary tables. The default schema stays. */
  async reset(): Promise<void> {
    await this.command(Command.RESET_CONNECTION, Buffer.alloc(0));
    await this.command(Command.SET_OPTION, Buffer.of(1, 0));
    await this.initialise();
  }

  /** Like `reset`, and leaves no default schema. */
  async changeUser(): Promise<void> {
    const { credential } = this.options;
    await new Promise<void>((resolve, reject) => {
      const encrypted = this.socket instanceof TLSSocket;
      const write = (bytes: Buffer): void => void this.socket.write(bytes);
      const reply = new ChangeUserReply(credential.password, encrypted, write, resolve, reject);
      // Naming a plugin that no account has makes the server send a fresh nonce for the right one.
      const payload = writeChangeUser(credential.username, Buffer.alloc(0), LOGIN_COLLATION, CLEAR);
      this.interceptor = reply;
      this.uses++;
      this.socket.write(commandPacket(Command.CHANGE_USER, payload));
    })
      .catch((error: unknown) => {
        // The server closes the connection; after a change of password, this is how an old connection ends.
        this.destroy();
        throw error;
      })
      .finally(() => (this.interceptor = undefined));
    // Servers keep this setting over a change of user.
    await this.command(Command.SET_OPTION, Buffer.of(1, 0));
    await this.initialise();
  }

  /** The settings as they are now; with the collation that the schema has by itself, or with the one it was given. */
  async readState(collation: "own" | "given" | "as before"): Promise<SessionState> {
    const before = this.state;
    const rows = await this.query(this.server.stateQuery.sqlWithoutTable);
    const now = this.server.stateQuery.state(rows, before.multiStatements);
    if (collation === "given") return now;
    const same = collation === "as before" && now.schema === before.schema;
    return now.withSchema(now.schema, same ? before.schemaCollation : null);
  }

  /** The server's status flags. COM_PING leaves the warnings of the statement before as they are. */
  askStatus(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.uses--;
      this.execute(Command.PING, commandPacket(Command.PING), {
        data: () => true,
        end: ({ status }) => {
          resolve(status);
        },
        broken: reject,
      });
    });
  }

  private interceptor: ChangeUserReply | undefined;

  private ownCommand(command: number, bytes: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      this.execute(command, bytes, {
        data: (chunk) => {
          size += chunk.length;
          if (size <= MAX_OWN_REPLY) chunks.push(chunk);
          return true;
        },
        end: () => {
          resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
        },
        broken: reject,
      });
    });
  }

  private receive(chunk: Buffer): void {
    if (this.interceptor) {
      this.interceptor.push(chunk);
      return;
    }
    try {
      this.distribute(chunk);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private distribute(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const pending = this.queue[0];
      // An idle connection is spoken to when the server shuts down or its wait_timeout has passed.
      if (!pending) throw new Error(unsolicited(chunk));
      const end = pending.tracker.push(chunk, at);
      const part =
        at === 0 && (end < 0 || end === chunk.length) ? chunk : chunk.subarray(at, end < 0 ? undefined : end);
      if (!pending.sink.data(part)) this.socket.pause();
      if (end < 0) return;
      this.queue.shift();
      if (end < chunk.length && this.queue.length === 0) throw new Error("the database sent more than was asked for");
      pending.sink.end(pending.tracker);
      this.spareTracker = pending.tracker;
      at = end;
    }
  }

  private fail(error: Error): void {
    if (!this.usable) return;
    this.usable = false;
    this.socket.destroy();
    const due = this.queue.splice(0);
    for (const { sink } of due) sink.broken(error);
    if (this.interceptor) this.interceptor.fail(error);
    else if (due.length === 0) this.onBroken?.(error);
  }

  /** Says goodbye to the database and closes. */
  close(): void {
    if (!this.usable) return;
    this.usable = false;
    this.socket.end(commandPacket(Command.QUIT));
    setTimeout(() => this.socket.destroy(), 1000).unref();
  }

  destroy(): void {
    this.fail(new Error("the proxy closed the database connection"));
  }
}

export const connectionKind = (user: string, foundRows: boolean): string => `${foundRows ? "f" : "-"}${user}`;

function unsolicited(chunk: Buffer): string {
  return chunk[4] === 0xff ? DatabaseError.parse(chunk.subarray(4)).message : "the database spoke without being asked";
}

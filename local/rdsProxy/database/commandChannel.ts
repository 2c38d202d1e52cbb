import type { Socket } from "node:net";
import { Command } from "../protocol/constants";
import type { Dialect } from "../protocol/dialect";
import { commandPacket, DatabaseError, queryPacket } from "../protocol/packets";
import { ReplyTracker } from "../protocol/replyTracker";
import { decodeTextResult, type TextRow } from "../protocol/textResult";
import type { ChangeUserReply } from "./changeUser";
import type { JsonColumns } from "./jsonColumns";

/** Receives the reply to one command: first its bytes, then its end, or an error if the end will never come. */
export interface ReplySink {
  /** Returns false to pause the connection until somebody calls `resume`. */
  data(chunk: Buffer): boolean;
  end(reply: ReplyTracker): void;
  broken(error: Error): void;
}

interface Pending {
  tracker: ReplyTracker;
  sink: ReplySink;
}

/** The proxy's own queries have short replies. A longer one means that something is wrong. */
const maxOwnReply = 1024 * 1024;
/** How long the server has to close the connection after COM_QUIT. */
const closeMilliseconds = 1000;

/** The connection to the database after log-in, as a wire. Sends commands, and gives each reply to the right sink. */
export class CommandChannel {
  /** Counts the commands, to show whether any has run since. */
  uses = 0;
  usable = true;
  /** Called when the connection breaks while no reply is due. */
  onBroken: ((error: Error) => void) | undefined;
  readonly closed: Promise<void>;

  /** Settles when a KILL for the running statement can no longer hit a later one. Undefined if there is none. */
  interruption: Promise<void> | undefined;

  /** Changes the column definitions of replies. Undefined if they pass as they are. */
  protected jsonColumns: JsonColumns | undefined;
  /** Receives all bytes instead of the sinks, during COM_CHANGE_USER. */
  protected interceptor: ChangeUserReply | undefined;
  private readonly queue: Pending[] = [];
  private spareTracker: ReplyTracker | undefined;

  protected constructor(
    protected readonly socket: Socket,
    readonly dialect: Dialect,
  ) {
    socket.setNoDelay(true);
    this.closed = new Promise((resolve) =>
      socket.once("close", () => {
        resolve();
      }),
    );
    socket.on("data", (chunk: Buffer) => {
      this.receive(chunk);
    });
    socket.on("error", (error) => {
      this.fail(error);
    });
    socket.on("close", () => {
      this.fail(new Error("the database closed the connection"));
    });
    socket.resume();
  }

  /** Sends a command, or the beginning of a long one, and gives its reply to `sink`. */
  execute(command: number, bytes: Buffer, sink: ReplySink): void {
    if (!this.usable) {
      sink.broken(new Error("the database connection is closed"));
      return;
    }
    const tracker = this.spareTracker ?? new ReplyTracker(this.dialect.deprecateEof);
    this.spareTracker = undefined;
    tracker.begin(command);
    this.uses++;
    this.queue.push({ tracker, sink });
    this.socket.write(bytes);
  }

  /** Sends bytes that have no reply: the rest of a long command, or COM_STMT_CLOSE. */
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

  /** Runs one of the proxy's own queries. */
  async query(sql: string): Promise<TextRow[]> {
    return decodeTextResult(await this.rawQuery(sql), this.dialect.deprecateEof);
  }

  /** Runs a query and returns the packets of its reply. */
  rawQuery(sql: string): Promise<Buffer> {
    return this.ownCommand(Command.QUERY, queryPacket(sql, this.dialect.queryAttributes));
  }

  /** Runs one of the proxy's own commands. */
  async command(command: number, argument: Buffer): Promise<void> {
    decodeTextResult(await this.ownCommand(command, commandPacket(command, argument)));
  }

  private ownCommand(command: number, bytes: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      this.execute(command, bytes, {
        data: (chunk) => {
          size += chunk.length;
          if (size <= maxOwnReply) chunks.push(chunk);
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
    if (this.interceptor !== undefined) {
      this.interceptor.push(chunk);
      return;
    }
    try {
      if (this.jsonColumns === undefined) this.distribute(chunk);
      else this.distributeRewritten(chunk, this.jsonColumns);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private distribute(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const pending = this.queue[0];
      // The server does so when it shuts down, or when wait_timeout has passed.
      if (pending === undefined) throw new Error(unsolicited(chunk));
      const end = pending.tracker.push(chunk, at);
      const part =
        at === 0 && (end < 0 || end === chunk.length) ? chunk : chunk.subarray(at, end < 0 ? undefined : end);
      if (!pending.sink.data(part)) this.socket.pause();
      if (end < 0) return;
      this.queue.shift();
      if (end < chunk.length && this.queue.length === 0) {
        throw new Error("the database sent more than the proxy asked for");
      }
      pending.sink.end(pending.tracker);
      // While a KILL is on its way, the receiver still needs the tracker.
      if (this.interruption === undefined) this.spareTracker = pending.tracker;
      at = end;
    }
  }

  /** Does what `distribute` does, packet by packet, since column definitions change on the way. */
  private distributeRewritten(chunk: Buffer, jsonColumns: JsonColumns): void {
    jsonColumns.push(chunk);
    while (jsonColumns.size > 0) {
      const pending = this.queue[0];
      if (pending === undefined) throw new Error(unsolicited(chunk));
      const parts: Buffer[] = [];
      let done = false;
      for (let part = jsonColumns.next(pending.tracker); part !== undefined;) {
        parts.push(part);
        done = pending.tracker.push(part, 0) >= 0;
        part = done ? undefined : jsonColumns.next(pending.tracker);
      }
      if (parts.length > 0 && !pending.sink.data(Buffer.concat(parts))) this.socket.pause();
      if (!done) return;
      this.queue.shift();
      pending.sink.end(pending.tracker);
      if (this.interruption === undefined) this.spareTracker = pending.tracker;
    }
  }

  private fail(error: Error): void {
    if (!this.usable) return;
    this.usable = false;
    this.socket.destroy();
    const due = this.queue.splice(0);
    for (const { sink } of due) sink.broken(error);
    if (this.interceptor !== undefined) this.interceptor.fail(error);
    else if (due.length === 0) this.onBroken?.(error);
  }

  /** Sends COM_QUIT and closes. */
  close(): void {
    if (!this.usable) return;
    this.usable = false;
    this.socket.end(commandPacket(Command.QUIT));
    setTimeout(() => this.socket.destroy(), closeMilliseconds).unref();
  }

  destroy(): void {
    this.fail(new Error("the proxy closed the database connection"));
  }
}

/** The error in a packet that the proxy did not ask for. */
function unsolicited(chunk: Buffer): string {
  return chunk[4] === 0xff
    ? DatabaseError.parse(chunk.subarray(4)).message
    : "the database sent something without being asked";
}

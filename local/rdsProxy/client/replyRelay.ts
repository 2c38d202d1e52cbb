import type { ReplySink } from "../database/commandChannel";
import type { DatabaseConnection } from "../database/connection";
import type { Metrics } from "../metrics";
import type { ReplyTracker } from "../protocol/replyTracker";
import type { ClientStream } from "./clientStream";

/** The proxy reads up to this much of a reply whose client is gone, and then closes the connection. */
const maxDiscardedBytes = 1024 * 1024;

/** The session that a reply is for. */
export interface ReplyReceiver {
  readonly ended: boolean;
  readonly held: { readonly current: DatabaseConnection | undefined; cleanUp(): Promise<void>; drop(): void };
  replied(reply: ReplyTracker, connection: DatabaseConnection): void;
  connectionLost(error: Error): void;
}

/** Passes the database's replies on to the client, no faster than the client reads them. */
export class ReplyRelay implements ReplySink {
  /** When the client stopped reading its reply. Undefined while it reads. */
  stalledSince: number | undefined;
  private relayedBytes = 0;
  private discardedBytes = 0;
  private receivedAt = 0;
  private sentAt = 0;

  constructor(
    private readonly session: ReplyReceiver,
    private readonly client: ClientStream,
    private readonly metrics: Metrics,
  ) {}

  /** Whether the client has received the beginning of a reply. The proxy can then no longer send an error instead. */
  get begun(): boolean {
    return this.relayedBytes > 0;
  }

  /** Prepares for the reply to a command that the client sent at `receivedAt`. */
  expect(receivedAt: number): void {
    this.relayedBytes = 0;
    this.receivedAt = receivedAt;
    this.sentAt = performance.now();
  }

  data(chunk: Buffer): boolean {
    this.relayedBytes += chunk.length;
    if (this.session.ended) return this.discard(chunk);
    if (this.client.write(chunk)) return true;
    this.stalledSince = performance.now();
    this.client.onceDrained(() => {
      this.stalledSince = undefined;
      this.session.held.current?.resume();
    });
    return false;
  }

  /** Throws a reply away whose client is gone. Of a long reply nobody waits for the end: the server gives it up. */
  private discard(chunk: Buffer): boolean {
    this.discardedBytes += chunk.length;
    if (this.discardedBytes > maxDiscardedBytes) this.session.held.drop();
    return true;
  }

  end(reply: ReplyTracker): void {
    const connection = this.session.held.current;
    if (connection === undefined) return;
    if (this.session.ended) {
      void this.session.held.cleanUp();
      return;
    }
    const now = performance.now();
    this.metrics.answered(now - this.receivedAt, now - this.sentAt);
    if (reply.askedForFile) {
      // Cannot happen: the proxy opens no connection with CLIENT_LOCAL_FILES.
      this.broken(new Error("the database asked for a local file"));
      return;
    }
    connection.resume();
    this.session.replied(reply, connection);
  }

  broken(error: Error): void {
    this.session.connectionLost(error);
  }
}

import type { ReplySink } from "../database/commandChannel";
import type { DatabaseConnection } from "../database/connection";
import type { Metrics } from "../metrics";
import type { ReplyTracker } from "../protocol/replyTracker";
import type { ClientStream } from "./clientStream";

/** Larger replies to a client that is gone are broken off. */
const maxDiscardedBytes = 1024 * 1024;

/** The session that a reply is for. */
export interface ReplyReceiver {
  readonly ended: boolean;
  readonly held: { readonly current: DatabaseConnection | undefined; cleanUp(): Promise<void>; drop(): void };
  replied(reply: ReplyTracker, connection: DatabaseConnection): void;
  connectionLost(error: Error): void;
}

/** Passes the database's replies on to the client, no faster than the client takes them. */
export class ReplyRelay implements ReplySink {
  /** Since when the client has not taken what it was sent. */
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

  /** The client has got the beginning of a reply, so that it cannot be sent an error instead. */
  get begun(): boolean {
    return this.relayedBytes > 0;
  }

  /** A command is on its way to the database, which the client sent at `receivedAt`. */
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

  /** The client is gone. Nobody waits for much more: the server gives up when it cannot send. */
  private discard(chunk: Buffer): boolean {
    this.discardedBytes += chunk.length;
    if (this.discardedBytes > maxDiscardedBytes) this.session.held.drop();
    return true;
  }

  end(reply: ReplyTracker): void {
    const connection = this.session.held.current;
    if (!connection) return;
    if (this.session.ended) {
      void this.session.held.cleanUp();
      return;
    }
    const now = performance.now();
    this.metrics.answered(now - this.receivedAt, now - this.sentAt);
    if (reply.askedForFile) {
      // Cannot happen: no connection is opened with CLIENT_LOCAL_FILES.
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

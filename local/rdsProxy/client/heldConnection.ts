import type { DatabaseConnection } from "../database/connection";
import { handOver, needsHandOver, saveForLastSession } from "../database/handOver";
import type { SessionMemory } from "../state/sessionMemory";
import type { SessionContext } from "./context";

export interface Holder {
  readonly context: SessionContext;
  readonly memory: SessionMemory;
  /** The connection broke while the session held it. */
  connectionLost(error: Error): void;
  /** The session no longer holds a connection. */
  connectionGone(): void;
}

export interface Obtaining {
  /** The connection is the session's and has its state. */
  ready(connection: DatabaseConnection): void;
  /** None was free in time. */
  none(error: Error): void;
  /** There was one, and it did not take on the session's state. */
  failed(connection: DatabaseConnection, error: Error): void;
}

/** The database connection that a session has at the moment, if any, and why it must keep it. */
export class HeldConnection {
  current: DatabaseConnection | undefined;
  pinned: string | undefined;
  /** Leaves the pool's queue, while the session stands in it. */
  stopWaiting: (() => void) | undefined;

  constructor(private readonly holder: Holder) {}

  /** Makes sure that the session has a connection and that it is in the session's state; at once, if it can be. */
  obtain(obtaining: Obtaining): void {
    if (this.current) {
      this.prepare(this.current, obtaining);
      return;
    }
    const { context, memory } = this.holder;
    const asked = performance.now();
    this.stopWaiting = context.pool.borrow({
      user: context.user,
      foundRows: context.foundRows,
      memory,
      served: (connection) => {
        this.stopWaiting = undefined;
        this.current = connection;
        connection.onBroken = (error) => {
          this.holder.connectionLost(error);
        };
        this.prepare(connection, obtaining, asked);
      },
      failed: (error) => {
        this.stopWaiting = undefined;
        // The statement was not run, so it has left nothing that would have to be kept.
        this.endPin();
        obtaining.none(error);
      },
    });
  }

  /** @param asked since when the session has been waiting for the connection, if it has only just got it */
  private prepare(connection: DatabaseConnection, obtaining: Obtaining, asked = -Infinity): void {
    const { memory } = this.holder;
    if (!memory.saving && !needsHandOver(connection, memory)) {
      obtaining.ready(connection);
      return;
    }
    this.settle(connection).then(
      () => {
        if (this.current === connection) obtaining.ready(connection);
      },
      (error: unknown) => {
        if (this.current !== connection) return;
        // It ended while nobody used it, so nothing is lost. One that was opened since then says that more is wrong.
        const replaceable = !connection.usable && connection.openedAt <= asked;
        if (!replaceable) {
          obtaining.failed(connection, error as Error);
        } else {
          this.drop();
          this.obtain(obtaining);
        }
      },
    );
  }

  private async settle(connection: DatabaseConnection): Promise<void> {
    const { memory } = this.holder;
    // At once, so that the session which leaves finds out that something of it is being saved.
    const left = connection.lastSession === memory ? undefined : saveForLastSession(connection);
    left?.catch(() => undefined);
    while (memory.saving) await memory.saving;
    await left;
    if (needsHandOver(connection, memory)) await handOver(connection, memory);
  }

  pin(reason: string): void {
    if (this.pinned) return;
    this.pinned = reason;
    this.holder.context.metrics.databaseConnectionsCurrentlySessionPinned++;
  }

  endPin(): void {
    if (this.pinned) this.holder.context.metrics.databaseConnectionsCurrentlySessionPinned--;
    this.pinned = undefined;
  }

  /** Gives the connection back to the pool. */
  release(): void {
    const connection = this.letGo();
    if (connection) this.holder.context.pool.release(connection);
  }

  /** Closes the connection. */
  drop(): void {
    const connection = this.letGo();
    if (connection) this.holder.context.pool.abandon(connection);
  }

  private letGo(): DatabaseConnection | undefined {
    const connection = this.current;
    if (!connection) return undefined;
    this.current = undefined;
    connection.onBroken = undefined;
    this.holder.connectionGone();
    return connection;
  }

  /** A transaction or a pinned session's state must not outlive the session: roll back, unlock, forget, give back. */
  async cleanUp(): Promise<void> {
    const connection = this.current;
    if (!connection) return;
    connection.onBroken = undefined;
    connection.lastSession = undefined;
    try {
      await connection.reset();
      this.release();
    } catch {
      this.drop();
    }
  }
}

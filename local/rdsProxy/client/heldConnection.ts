import type { DatabaseConnection } from "../database/connection";
import { handOver, needsHandOver, saveForLastSession } from "../database/handOver";
import type { SessionMemory } from "../state/sessionMemory";
import type { SessionContext } from "./context";

/** The session that holds the connection. */
export interface Holder {
  readonly context: SessionContext;
  readonly memory: SessionMemory;
  /** The connection broke while the session held it. */
  connectionLost(error: Error): void;
  /** The session no longer holds a connection. */
  connectionGone(): void;
}

/** The ways in which a session's wish for a connection can end. */
export interface ObtainCallbacks {
  /** The session holds the connection, and the connection has the session's state. */
  ready(connection: DatabaseConnection): void;
  /** No connection became free in time. */
  none(error: Error): void;
  /** The session got a connection, but it did not take on the session's state. */
  failed(connection: DatabaseConnection, error: Error): void;
}

/** Why a session must keep its database connection until it ends. */
export interface Pin {
  reason: string;
  /** Undefined for a command without a text. */
  statement: string | undefined;
  /** Milliseconds since 1970. */
  since: number;
}

/** The database connection that a session holds at the moment, if any, and the reason why it must keep it. */
export class HeldConnection {
  current: DatabaseConnection | undefined;
  /** Why the session must keep its connection, if it must. */
  pin: Pin | undefined;
  /** Leaves the pool's queue. Undefined unless the session waits in it. */
  stopWaiting: (() => void) | undefined;

  constructor(private readonly holder: Holder) {}

  /** Gets the session a connection that has the session's state. If it can, it calls `ready` at once. */
  obtain(callbacks: ObtainCallbacks): void {
    if (this.current !== undefined) {
      this.prepare(this.current, callbacks);
      return;
    }
    const { context, memory } = this.holder;
    const asked = performance.now();
    this.stopWaiting = context.pool.borrow({
      kind: context.kind,
      memory,
      served: (connection) => {
        this.stopWaiting = undefined;
        this.current = connection;
        connection.onBroken = (error) => {
          this.holder.connectionLost(error);
        };
        this.prepare(connection, callbacks, asked);
      },
      failed: (error) => {
        this.stopWaiting = undefined;
        // The statement did not run, so it has left nothing that the session would have to keep.
        this.endPin();
        callbacks.none(error);
      },
    });
  }

  /** @param asked when the session began to wait for the connection; left out if it held the connection before */
  private prepare(connection: DatabaseConnection, callbacks: ObtainCallbacks, asked = -Infinity): void {
    const { memory } = this.holder;
    if (memory.saving === undefined && !needsHandOver(connection, memory)) {
      callbacks.ready(connection);
      return;
    }
    this.settle(connection).then(
      () => {
        if (this.current === connection) callbacks.ready(connection);
      },
      (error: unknown) => {
        if (this.current !== connection) return;
        // A connection that ended while it was idle is replaced, since nothing is lost. If the pool has opened it for
        // this session, more is wrong.
        const replaceable = !connection.usable && connection.openedAt <= asked;
        if (!replaceable) {
          callbacks.failed(connection, error as Error);
        } else {
          this.drop();
          this.obtain(callbacks);
        }
      },
    );
  }

  private async settle(connection: DatabaseConnection): Promise<void> {
    const { memory } = this.holder;
    // Begins at once, so that the last session finds out that something is being saved for it.
    const saved = connection.lastSession === memory ? undefined : saveForLastSession(connection);
    saved?.catch(() => undefined);
    while (memory.saving !== undefined) await memory.saving;
    await saved;
    if (needsHandOver(connection, memory)) await handOver(connection, memory);
  }

  /** @param statement what made the session keep its connection, as a log may show it */
  pinFor(reason: string, statement: () => string | undefined): void {
    if (this.pin !== undefined) return;
    this.pin = { reason, statement: statement(), since: Date.now() };
    this.holder.context.metrics.databaseConnectionsCurrentlySessionPinned++;
  }

  /** Gives up the place in the pool's queue. */
  leaveQueue(): void {
    this.stopWaiting?.();
    this.stopWaiting = undefined;
    // The statement did not run, so it has left nothing that the session would have to keep.
    this.endPin();
  }

  endPin(): void {
    if (this.pin !== undefined) this.holder.context.metrics.databaseConnectionsCurrentlySessionPinned--;
    this.pin = undefined;
  }

  /** Gives the connection back to the pool. */
  release(): void {
    const connection = this.letGo();
    if (connection !== undefined) this.holder.context.pool.release(connection);
  }

  /** Closes the connection. */
  drop(): void {
    const connection = this.letGo();
    if (connection !== undefined) this.holder.context.pool.abandon(connection);
  }

  private letGo(): DatabaseConnection | undefined {
    const connection = this.current;
    if (connection === undefined) return undefined;
    this.current = undefined;
    connection.onBroken = undefined;
    this.holder.connectionGone();
    return connection;
  }

  /** Resets the connection, so that a transaction or a pinned state ends with the session, and gives it back. */
  async cleanUp(): Promise<void> {
    const connection = this.current;
    if (connection === undefined) return;
    connection.onBroken = undefined;
    connection.lastSession = undefined;
    try {
      await connection.interruption;
      await connection.reset();
      this.release();
    } catch {
      this.drop();
    }
  }
}

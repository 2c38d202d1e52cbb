import type { SessionMemory } from "../state/sessionMemory";
import type { DatabaseConnection } from "./connection";
import type { ConnectionKind } from "./connectionKind";

/** The session waited for the borrow timeout, and no connection became free. */
export class BorrowTimeout extends Error {}

/** A session's wish for a connection. The pool calls one of the two functions, once. */
export interface BorrowRequest {
  kind: ConnectionKind;
  memory: SessionMemory;
  served(connection: DatabaseConnection): void;
  failed(error: Error): void;
}

export interface Waiter extends BorrowRequest {
  since: number;
  timer: NodeJS.Timeout;
}

/** The sessions that wait for a connection, in the order in which they came. */
export class BorrowQueue implements Iterable<Waiter> {
  private readonly waiters = new Set<Waiter>();

  get size(): number {
    return this.waiters.size;
  }

  [Symbol.iterator](): Iterator<Waiter> {
    return this.waiters.values();
  }

  add(request: BorrowRequest, timeoutSeconds: number): Waiter {
    const waiter: Waiter = {
      ...request,
      since: performance.now(),
      timer: setTimeout(() => {
        this.giveUp(waiter);
      }, timeoutSeconds * 1000),
    };
    this.waiters.add(waiter);
    return waiter;
  }

  /** Returns false if the waiter has left before. */
  leave(waiter: Waiter): boolean {
    clearTimeout(waiter.timer);
    return this.waiters.delete(waiter);
  }

  giveUpAll(): void {
    for (const waiter of this.waiters) this.giveUp(waiter);
  }

  private giveUp(waiter: Waiter): void {
    if (this.leave(waiter)) waiter.failed(new BorrowTimeout());
  }
}

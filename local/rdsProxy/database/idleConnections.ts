import type { SessionMemory, UsedConnection } from "../state/sessionMemory";
import type { DatabaseConnection } from "./connection";
import type { ConnectionKind } from "./connectionKind";

/** MySQL's default for wait_timeout, in seconds. */
const defaultWaitTimeout = 28800;

/**
 * The connections that no session has borrowed, oldest first. The pool lends the newest first, so that connections it
 * does not need stay idle and can be closed.
 */
export class IdleConnections {
  private readonly list: DatabaseConnection[] = [];

  get size(): number {
    return this.list.length;
  }

  add(connection: DatabaseConnection): void {
    this.list.push(connection);
  }

  remove(connection: DatabaseConnection): void {
    this.takeAt(this.list.lastIndexOf(connection));
  }

  oldest(): DatabaseConnection | undefined {
    return this.list[0];
  }

  oldestFirst(): DatabaseConnection[] {
    return [...this.list];
  }

  /** Takes the session's own last connection if possible, else one with the session's state, else any of the kind. */
  take({ key }: ConnectionKind, memory: SessionMemory): DatabaseConnection | undefined {
    const own = this.lastOf(memory);
    if (own >= 0) {
      const connection = this.list[own];
      if (connection?.kind.key === key && isFresh(connection)) return this.takeAt(own);
    }
    let found = -1;
    for (let index = this.list.length - 1; index >= 0; index--) {
      const connection = this.list[index];
      if (connection?.kind.key !== key || !isFresh(connection)) continue;
      if (found < 0) found = index;
      if (connection.state.key !== memory.state?.key) continue;
      found = index;
      break;
    }
    return this.takeAt(found);
  }

  /** Takes any connection of the user. */
  takeOf(user: string): DatabaseConnection | undefined {
    return this.takeAt(this.list.findLastIndex(({ kind, usable }) => kind.user === user && usable));
  }

  /** The index of the session's last connection, or -1 if it is not idle or another session has used it since. */
  private lastOf(memory: SessionMemory): number {
    const { lastConnection } = memory;
    if (lastConnection?.lastSession !== memory) return -1;
    const list: readonly UsedConnection[] = this.list;
    return list.lastIndexOf(lastConnection);
  }

  private takeAt(index: number): DatabaseConnection | undefined {
    return index < 0 ? undefined : this.list.splice(index, 1)[0];
  }
}

/** A session may have set a short wait_timeout. The database is then about to close the connection. */
function isFresh(connection: DatabaseConnection): boolean {
  if (!connection.usable) return false;
  const timeout = Number(connection.state.get("wait_timeout") ?? defaultWaitTimeout) * 1000;
  return timeout > 60_000 || performance.now() - connection.idleSince < timeout / 2;
}

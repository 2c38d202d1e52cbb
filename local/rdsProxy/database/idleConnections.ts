import type { SessionMemory } from "../state/sessionMemory";
import type { DatabaseConnection } from "./connection";

/**
 * Connections nobody has borrowed, oldest first. The newest is lent first, so that surplus ones stay idle and can be
 * closed.
 */
export class IdleConnections {
  private readonly list: DatabaseConnection[] = [];

  get size(): number {
    return this.list.length;
  }

  add(connection: DatabaseConnection): void {
    this.list.push(connection);
  }

  remove(connection: DatabaseConnection): boolean {
    const index = this.list.lastIndexOf(connection);
    if (index >= 0) this.list.splice(index, 1);
    return index >= 0;
  }

  oldest(): DatabaseConnection | undefined {
    return this.list[0];
  }

  oldestFirst(): DatabaseConnection[] {
    return [...this.list];
  }

  /** Best the session's own last connection, else one with the session's settings, else any of the kind. */
  take(kind: string, memory: SessionMemory): DatabaseConnection | undefined {
    const own = memory.lastConnection;
    if (own?.kind === kind && own.lastSession === memory && this.fresh(own) && this.remove(own)) return own;
    let found: DatabaseConnection | undefined;
    for (let index = this.list.length - 1; index >= 0; index--) {
      const connection = this.list[index];
      if (connection?.kind !== kind || !this.fresh(connection)) continue;
      found ??= connection;
      if (connection.state.key !== memory.state?.key) continue;
      found = connection;
      break;
    }
    if (found) this.remove(found);
    return found;
  }

  /** A session may have set a wait_timeout so short that the database is about to close the connection. */
  private fresh(connection: DatabaseConnection): boolean {
    if (!connection.usable) return false;
    const timeout = Number(connection.state.get("wait_timeout") ?? 28800) * 1000;
    return timeout > 60_000 || performance.now() - connection.idleSince < timeout / 2;
  }
}

import type { Metrics } from "../metrics";
import type { TargetGroupConfig } from "../options";
import { BorrowQueue, type BorrowRequest } from "./borrowQueue";
import type { DatabaseConnection } from "./connection";
import type { ConnectionKind } from "./connectionKind";
import { saveForLastSession } from "./handOver";
import { IdleConnections } from "./idleConnections";
import { PoolLimits } from "./poolLimits";

export interface PoolOptions {
  /** Opens a connection and logs in. */
  open(kind: ConnectionKind): Promise<DatabaseConnection>;
  /** Whether there is a database that the pool can open connections to. */
  isReachable(): boolean;
  metrics: Metrics;
  /** Seconds without work after which a connection counts as idle. */
  idleAfterSeconds: number;
}

/** How long the pool waits before it tries again, after it could not open a connection. */
const retryMilliseconds = 100;
/**
 * Unused connections end after a day:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connections.html
 */
const longestIdleSeconds = 24 * 60 * 60;

function neverQueued(): void {
  // The session was served at once, so there is no queue to leave.
}

/**
 * The database connections that all client sessions share. The pool never has more of them than its limit, and it
 * counts those that it is opening or closing. A session that finds none free waits in a queue and is served in turn.
 */
export class ConnectionPool {
  private readonly connections = new Set<DatabaseConnection>();
  private readonly idle = new IdleConnections();
  private readonly queue = new BorrowQueue();
  private readonly limits = new PoolLimits();
  /** How many connections of each kind the pool is opening. */
  private readonly opening = new Map<string, number>();
  private openingTotal = 0;
  private retiring = 0;
  /** The kinds of connection that the pool could not open a moment ago. */
  private readonly retryTimers = new Map<string, NodeJS.Timeout>();
  private readonly sweeper: NodeJS.Timeout;
  private closing = false;

  constructor(private readonly options: PoolOptions) {
    const interval = Math.min(30, options.idleAfterSeconds / 2) * 1000;
    this.sweeper = setInterval(() => {
      this.sweep();
    }, interval).unref();
  }

  configure(config: TargetGroupConfig): void {
    this.limits.configure(config);
    this.applyLimits();
  }

  /** Sets the server's `max_connections`, when it becomes known or changes. */
  setMaxConnections(maxConnections: number): void {
    this.limits.setMaxConnections(maxConnections);
    this.applyLimits();
  }

  private applyLimits(): void {
    if (!this.limits.configured) return;
    this.options.metrics.maxDatabaseConnectionsAllowed = this.limits.total;
    for (let surplus = this.connections.size - this.limits.total; surplus > 0; surplus--) {
      this.retire(this.idle.oldest());
    }
    this.serve();
  }

  /** How many sessions wait for a connection. */
  get waiting(): number {
    return this.queue.size;
  }

  get roomForMonitor(): boolean {
    return this.limits.roomForMonitor;
  }

  /** Calls `served`, at once if a connection is free, or `failed`. Returns a function that leaves the queue. */
  borrow(request: BorrowRequest): () => void {
    const free = this.queue.size === 0 ? this.idle.take(request.kind, request.memory) : undefined;
    if (free !== undefined) {
      this.lend(free, request, 0);
      return neverQueued;
    }
    const waiter = this.queue.add(request, this.limits.borrowTimeoutSeconds);
    this.serve();
    return () => this.queue.leave(waiter);
  }

  private lend(connection: DatabaseConnection, request: BorrowRequest, waited: number): void {
    this.options.metrics.borrowed(waited);
    request.served(connection);
  }

  /** Takes back a connection that its session no longer needs. */
  release(connection: DatabaseConnection): void {
    this.options.metrics.returned();
    if (!connection.usable) return;
    connection.idleSince = performance.now();
    this.idle.add(connection);
    if (this.connections.size > this.limits.total) this.retire(this.idle.oldest());
    if (this.queue.size > 0) this.serve();
  }

  /** Takes back a connection and closes it. */
  abandon(connection: DatabaseConnection): void {
    this.options.metrics.returned();
    connection.destroy();
  }

  /**
   * Runs a statement of the proxy's own: on a free connection of the user if there is one, else on a connection that is
   * opened for it, beyond the pool's limit.
   */
  async runAside(kind: ConnectionKind, sql: string): Promise<void> {
    const free = this.idle.takeOf(kind.user);
    if (free === undefined) {
      const connection = await this.options.open(kind);
      await connection.query(sql).finally(() => {
        connection.close();
      });
      return;
    }
    this.options.metrics.borrowed(0);
    try {
      await saveForLastSession(free);
      await free.query(sql);
    } finally {
      this.release(free);
    }
  }

  /** Serves the waiting sessions in their order: with a free connection, or a new one, or by making room for one. */
  serve(): void {
    let places = this.limits.total - this.connections.size - this.openingTotal;
    let retiring = this.retiring;
    const opening = new Map(this.opening);
    const reachable = !this.closing && this.options.isReachable();
    for (const waiter of this.queue) {
      const free = this.idle.take(waiter.kind, waiter.memory);
      const mayOpen = reachable && !this.retryTimers.has(waiter.kind.key);
      const underWay = opening.get(waiter.kind.key) ?? 0;
      if (free !== undefined) {
        this.queue.leave(waiter);
        this.lend(free, waiter, performance.now() - waiter.since);
      } else if (underWay > 0) {
        opening.set(waiter.kind.key, underWay - 1);
      } else if (mayOpen && places > 0) {
        places--;
        void this.open(waiter.kind);
      } else if (retiring > 0) {
        retiring--;
      } else if (mayOpen && this.idle.size > 0) {
        this.retire(this.idle.oldest());
      } else if (mayOpen || !reachable) {
        break;
      }
    }
  }

  private async open(kind: ConnectionKind): Promise<void> {
    this.countOpening(kind.key, 1);
    try {
      const connection = await this.options.open(kind);
      this.add(connection);
    } catch {
      // `options.open` has logged the reason. Another program may hold the database's last connections for a moment.
      // While the database refuses this user, the pool must still serve the others.
      clearTimeout(this.retryTimers.get(kind.key));
      const timer = setTimeout(() => {
        this.retryTimers.delete(kind.key);
        this.serve();
      }, retryMilliseconds);
      this.retryTimers.set(kind.key, timer.unref());
    } finally {
      this.countOpening(kind.key, -1);
    }
    this.serve();
  }

  private countOpening(key: string, difference: number): void {
    this.opening.set(key, (this.opening.get(key) ?? 0) + difference);
    this.openingTotal += difference;
  }

  private add(connection: DatabaseConnection): void {
    if (this.closing) {
      connection.close();
      return;
    }
    this.connections.add(connection);
    this.options.metrics.databaseConnections = this.connections.size;
    connection.idleSince = performance.now();
    this.idle.add(connection);
    void connection.closed.then(() => {
      this.connections.delete(connection);
      this.idle.remove(connection);
      this.options.metrics.databaseConnections = this.connections.size;
      this.serve();
    });
  }

  /** Closes an idle connection. It keeps its place until the server has closed it too. */
  private retire(connection: DatabaseConnection | undefined): void {
    if (connection === undefined) return;
    this.idle.remove(connection);
    this.retiring++;
    void saveForLastSession(connection)
      .catch(() => undefined)
      .then(() => {
        connection.close();
        return connection.closed;
      })
      .finally(() => {
        this.retiring--;
        this.serve();
      });
  }

  /** Closes connections that have had no work for too long. */
  private sweep(): void {
    const now = performance.now();
    const idleFor = (connection: DatabaseConnection): number => (now - connection.idleSince) / 1000;
    const idle = this.idle.oldestFirst().filter((connection) => idleFor(connection) >= this.options.idleAfterSeconds);
    for (const [index, connection] of idle.entries()) {
      if (idle.length - index > this.limits.idle || idleFor(connection) > longestIdleSeconds) this.retire(connection);
    }
  }

  /** Drops all connections to a target that the proxy no longer has. */
  dropTarget(targetId: string): void {
    for (const connection of this.connections) if (connection.targetId === targetId) connection.destroy();
  }

  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.sweeper);
    for (const timer of this.retryTimers.values()) clearTimeout(timer);
    this.queue.giveUpAll();
    const connections = [...this.connections];
    for (const connection of connections) connection.close();
    await Promise.all(connections.map(({ closed }) => closed));
  }
}

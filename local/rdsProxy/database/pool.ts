import type { Metrics } from "../metrics";
import type { TargetGroupConfig } from "../options";
import type { SessionMemory } from "../state/sessionMemory";
import { connectionKind, type DatabaseConnection } from "./connection";
import { saveForLastSession } from "./handOver";
import { IdleConnections } from "./idleConnections";

/** The borrow timeout passed. */
export class BorrowTimeout extends Error {}

export interface BorrowRequest {
  user: string;
  foundRows: boolean;
  memory: SessionMemory;
  served(connection: DatabaseConnection): void;
  failed(error: Error): void;
}

interface Waiter extends BorrowRequest {
  kind: string;
  since: number;
  timer: NodeJS.Timeout;
}

export interface PoolOptions {
  /** Opens and logs in one connection. */
  open(user: string, foundRows: boolean): Promise<DatabaseConnection>;
  /** Whether there is a database to open connections to now. */
  isReachable(): boolean;
  metrics: Metrics;
  /** A connection without work for so long counts as idle. */
  idleAfterSeconds: number;
}

/** After a connection could not be opened, so long until the next attempt. */
const retryMilliseconds = 100;
/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connections.html: unused ones go after a day. */
const longestIdleSeconds = 24 * 60 * 60;

/**
 * Database connections, shared by all client sessions. Never more than `limit` at a time, counting those that are being
 * opened or closed. Sessions that find none free wait in one queue, first come, first served.
 */
export class ConnectionPool {
  private readonly connections = new Set<DatabaseConnection>();
  private readonly idle = new IdleConnections();
  private readonly waiters = new Set<Waiter>();
  private readonly opening = new Map<string, number>();
  private openingTotal = 0;
  private retiring = 0;
  private limit = 0;
  private idleLimit = 0;
  private maxConnections = 0;
  private config: TargetGroupConfig | undefined;
  /** Kinds of which none could be opened a moment ago. */
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
    this.config = config;
    this.applyLimits();
  }

  /** The server's max_connections became known, or changed. */
  setMaxConnections(maxConnections: number): void {
    this.maxConnections = maxConnections;
    this.applyLimits();
  }

  /**
   * One connection of the share is the monitor's: AWS says that the proxy reserves some for its own work and that
   * MaxDatabaseConnectionsAllowed leaves them out (how many is not said).
   */
  private applyLimits(): void {
    if (!this.config) return;
    const share = (percent: number): number => Math.floor((this.maxConnections * percent) / 100);
    this.limit = this.maxConnections === 0 ? 0 : Math.max(1, share(this.config.maxConnectionsPercent) - 1);
    this.idleLimit = Math.min(this.limit, share(this.config.maxIdleConnectionsPercent));
    this.options.metrics.maxDatabaseConnectionsAllowed = this.limit;
    for (let surplus = this.connections.size - this.limit; surplus > 0; surplus--) this.retire(this.idle.oldest());
    this.serve();
  }

  get roomForMonitor(): boolean {
    return !this.config || Math.floor((this.maxConnections * this.config.maxConnectionsPercent) / 100) > 1;
  }

  /** Calls `served`, at once when a connection is free, or `failed`. Returns a function that gives up the place in the queue. */
  borrow(request: BorrowRequest): () => void {
    const kind = connectionKind(request.user, request.foundRows);
    const free = this.waiters.size === 0 ? this.idle.take(kind, request.memory) : undefined;
    if (free) {
      this.lend(free, request, 0);
      return () => undefined;
    }
    const timeout = (this.config?.connectionBorrowTimeout ?? 120) * 1000;
    const waiter: Waiter = {
      ...request,
      kind,
      since: performance.now(),
      timer: setTimeout(() => {
        this.giveUp(waiter);
      }, timeout),
    };
    this.waiters.add(waiter);
    this.serve();
    return () => this.leaveQueue(waiter);
  }

  private lend(connection: DatabaseConnection, request: BorrowRequest, waited: number): void {
    this.options.metrics.borrowed(waited);
    request.served(connection);
  }

  private leaveQueue(waiter: Waiter): boolean {
    clearTimeout(waiter.timer);
    return this.waiters.delete(waiter);
  }

  private giveUp(waiter: Waiter): void {
    if (this.leaveQueue(waiter)) waiter.failed(new BorrowTimeout());
  }

  /** Takes back a connection that nobody uses any more. */
  release(connection: DatabaseConnection): void {
    this.options.metrics.returned();
    if (!connection.usable) return;
    connection.idleSince = performance.now();
    this.idle.add(connection);
    if (this.connections.size > this.limit) this.retire(this.idle.oldest());
    if (this.waiters.size > 0) this.serve();
  }

  /** Takes back a connection that is being closed. */
  abandon(connection: DatabaseConnection): void {
    this.options.metrics.returned();
    connection.destroy();
  }

  /** Serves waiting sessions in their order, with free connections, new ones, or ones made room for. */
  serve(): void {
    let places = this.limit - this.connections.size - this.openingTotal;
    let retiring = this.retiring;
    const opening = new Map(this.opening);
    const reachable = !this.closing && this.options.isReachable();
    for (const waiter of this.waiters) {
      const free = this.idle.take(waiter.kind, waiter.memory);
      const mayOpen = reachable && !this.retryTimers.has(waiter.kind);
      const underWay = opening.get(waiter.kind) ?? 0;
      if (free) {
        this.leaveQueue(waiter);
        this.lend(free, waiter, performance.now() - waiter.since);
      } else if (underWay > 0) {
        opening.set(waiter.kind, underWay - 1);
      } else if (mayOpen && places > 0) {
        places--;
        void this.open(waiter);
      } else if (retiring > 0) {
        retiring--;
      } else if (mayOpen && this.idle.size > 0) {
        this.retire(this.idle.oldest());
      } else if (mayOpen || !reachable) {
        break;
      }
    }
  }

  private async open({ kind, user, foundRows }: Waiter): Promise<void> {
    const count = (difference: number): void => {
      this.opening.set(kind, (this.opening.get(kind) ?? 0) + difference);
      this.openingTotal += difference;
    };
    count(1);
    try {
      const connection = await this.options.open(user, foundRows);
      this.add(connection);
    } catch {
      // The reason was logged where it is known. Others may hold the database's last connections for a moment.
      // A user whom the database does not take must not keep the others waiting meanwhile.
      clearTimeout(this.retryTimers.get(kind));
      const timer = setTimeout(() => {
        this.retryTimers.delete(kind);
        this.serve();
      }, retryMilliseconds);
      this.retryTimers.set(kind, timer.unref());
    } finally {
      count(-1);
    }
    this.serve();
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

  private retire(connection: DatabaseConnection | undefined): void {
    if (!connection) return;
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

  /** Closes what has been without work for too long. */
  private sweep(): void {
    const now = performance.now();
    const idleFor = (connection: DatabaseConnection): number => (now - connection.idleSince) / 1000;
    const idle = this.idle.oldestFirst().filter((connection) => idleFor(connection) >= this.options.idleAfterSeconds);
    for (const [index, connection] of idle.entries()) {
      if (idle.length - index > this.idleLimit || idleFor(connection) > longestIdleSeconds) this.retire(connection);
    }
  }

  /** Drops all connections to a target that is gone. */
  dropTarget(targetId: string): void {
    for (const connection of this.connections) if (connection.targetId === targetId) connection.destroy();
  }

  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.sweeper);
    for (const timer of this.retryTimers.values()) clearTimeout(timer);
    for (const waiter of this.waiters) this.giveUp(waiter);
    const connections = [...this.connections];
    for (const connection of connections) connection.close();
    await Promise.all(connections.map(({ closed }) => closed));
  }
}

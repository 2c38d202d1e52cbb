import type { TargetGroupConfig } from "../options";

/** RDS Proxy's default for ConnectionBorrowTimeout, in seconds. */
const defaultBorrowTimeout = 120;

/** How many connections the pool may have: the target group's percentages of the server's `max_connections`. */
export class PoolLimits {
  /** Connections for sessions. */
  total = 0;
  /** Connections that may stay open without work. */
  idle = 0;
  private maxConnections = 0;
  private config: TargetGroupConfig | undefined;

  /** Whether there is a configuration. Without one, both limits are 0. */
  get configured(): boolean {
    return this.config !== undefined;
  }

  get borrowTimeoutSeconds(): number {
    return this.config?.connectionBorrowTimeout ?? defaultBorrowTimeout;
  }

  /** Whether the proxy's share has room for the connection that monitors the target. */
  get roomForMonitor(): boolean {
    return this.config === undefined || this.share(this.config.maxConnectionsPercent) > 1;
  }

  configure(config: TargetGroupConfig): void {
    this.config = config;
    this.update();
  }

  setMaxConnections(maxConnections: number): void {
    this.maxConnections = maxConnections;
    this.update();
  }

  /**
   * One connection of the share belongs to the monitor. AWS says that the proxy reserves some connections for its own
   * work and that MaxDatabaseConnectionsAllowed leaves them out. It does not say how many.
   */
  private update(): void {
    if (this.config === undefined) return;
    this.total = this.maxConnections === 0 ? 0 : Math.max(1, this.share(this.config.maxConnectionsPercent) - 1);
    this.idle = Math.min(this.total, this.share(this.config.maxIdleConnectionsPercent));
  }

  private share(percent: number): number {
    return Math.floor((this.maxConnections * percent) / 100);
  }
}

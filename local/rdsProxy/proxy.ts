import { type KnownServer, Listener, type PinnedSession } from "./client/listener";
import type { DatabaseConnection } from "./database/connection";
import type { ConnectionKind } from "./database/connectionKind";
import { ConnectionPool } from "./database/pool";
import { Target } from "./database/target";
import type { TargetHealth } from "./database/targetHealth";
import { type Log, makeLog } from "./log";
import { Metrics } from "./metrics";
import type { RdsProxyOptions, TargetGroupConfig, TargetOptions } from "./options";

/** See {@link RdsProxy.activity}. */
export interface ProxyActivity {
  /** How many sessions wait for a database connection. */
  waiting: number;
  pinned: PinnedSession[];
  /** Since the proxy's start. CloudWatch has their quotient as DatabaseConnectionsBorrowLatency. */
  borrows: { count: number; milliseconds: number };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connections.html: idle after five minutes. */
const defaultDatabaseIdleSeconds = 300;

/**
 * A stand-in for one Amazon RDS Proxy with its default target group. It lets many sessions of MySQL clients share few
 * database connections. Where it decides something, a comment names the page of AWS's documentation that it follows, or
 * says that AWS does not document it.
 */
export class RdsProxy {
  private readonly targets = new Map<string, Target>();
  private readonly metricsSource = new Metrics();
  private readonly log: Log;
  private readonly pool: ConnectionPool;
  private readonly listener: Listener;
  private config: TargetGroupConfig | undefined;
  private listeningPort = 0;

  /** A copy, because `change` changes it. */
  private readonly options: RdsProxyOptions;

  private constructor(given: RdsProxyOptions) {
    const options = { ...given };
    this.options = options;
    this.log = makeLog(options);
    this.pool = new ConnectionPool({
      open: (kind) => this.openConnection(kind),
      isReachable: () => this.availableTarget !== undefined,
      metrics: this.metricsSource,
      idleAfterSeconds: options.databaseIdleSeconds ?? defaultDatabaseIdleSeconds,
    });
    this.listener = new Listener({
      proxy: options,
      pool: this.pool,
      metrics: this.metricsSource,
      log: this.log,
      excludeVariableSets: () => this.config?.sessionPinningFilters.includes("EXCLUDE_VARIABLE_SETS") ?? false,
      server: () => this.knownServer,
    });
  }

  /** Starts to listen. Clients wait until there are a target group configuration and an available target. */
  static async listen(options: RdsProxyOptions): Promise<RdsProxy> {
    if (options.iamAuth === "REQUIRED" && options.iam === undefined) {
      throw new Error("iamAuth is REQUIRED, so the proxy needs `iam` to look up who signed a token: pass it.");
    }
    const proxy = new RdsProxy(options);
    proxy.listeningPort = await proxy.listener.listen();
    return proxy;
  }

  get port(): number {
    return this.listeningPort;
  }

  /**
   * Changes settings while the proxy serves clients. Sessions go on, and new log-ins follow the new settings. AWS does not
   * say whether it logs out clients whose way to log in is gone, so the stand-in does not.
   */
  change(options: Partial<Omit<RdsProxyOptions, "host" | "port" | "loginSeconds" | "databaseIdleSeconds">>): void {
    const { tls } = this.options;
    Object.assign(this.options, options);
    if (this.options.tls !== tls) this.listener.useCertificate(this.options.tls);
  }

  /** Sets the pool's configuration. It may change at any time, and takes effect at once. */
  configure(config: TargetGroupConfig): void {
    this.config = { ...config };
    this.pool.configure(this.config);
  }

  /** Registers a database and begins to watch it. Does not wait for it to be available. */
  registerTarget(target: TargetOptions): Promise<void> {
    if (this.targets.has(target.id)) {
      return Promise.reject(new Error(`The target ${target.id} is already registered: deregister it first.`));
    }
    this.targets.set(
      target.id,
      new Target(target, {
        credentials: () => this.options.credentials(),
        available: () => {
          this.targetChanged();
        },
        unavailable: () => {
          this.targetChanged();
        },
        roomForMonitor: () => this.pool.roomForMonitor,
        log: this.log,
      }),
    );
    return Promise.resolve();
  }

  async deregisterTarget(id: string): Promise<void> {
    const target = this.targets.get(id);
    if (target === undefined) return;
    this.targets.delete(id);
    await target.stop();
    this.pool.dropTarget(id);
    this.targetChanged();
  }

  targetHealth(): TargetHealth[] {
    return [...this.targets.values()].map((target) => target.describe());
  }

  /** Resolves when the target is AVAILABLE. Rejects after so many seconds, or when there is no such target. */
  whenAvailable(id: string, timeoutSeconds: number): Promise<void> {
    const target = this.targets.get(id);
    if (target === undefined) return Promise.reject(new Error(`There is no target ${id}.`));
    return target.whenAvailable(timeoutSeconds);
  }

  /** The proxy's CloudWatch metrics as they are now; see Metrics. */
  metrics(): Record<string, number> {
    return this.metricsSource.values();
  }

  /** What happens in the proxy at this moment, beyond what CloudWatch shows. */
  activity(): ProxyActivity {
    return {
      waiting: this.pool.waiting,
      pinned: this.listener.pinnedSessions,
      borrows: this.metricsSource.borrows,
    };
  }

  async close(): Promise<void> {
    await this.listener.close();
    await Promise.all([this.pool.close(), ...[...this.targets.values()].map((target) => target.stop())]);
  }

  private get availableTarget(): Target | undefined {
    for (const target of this.targets.values()) if (target.isAvailable) return target;
    return undefined;
  }

  private get knownServer(): KnownServer | undefined {
    for (const { server, options } of this.targets.values()) {
      if (server !== undefined) return { ...server, playsMysql: options.engine === "mysql" };
    }
    return undefined;
  }

  private targetChanged(): void {
    const target = this.availableTarget;
    this.metricsSource.available(target !== undefined);
    if (target?.server !== undefined) this.pool.setMaxConnections(target.server.maxConnections);
  }

  private async openConnection(kind: ConnectionKind): Promise<DatabaseConnection> {
    const { user } = kind;
    const target = this.availableTarget;
    const metrics = this.metricsSource;
    const tls = target?.options.tls ?? false;
    metrics.databaseConnectionRequests++;
    if (tls) metrics.databaseConnectionRequestsWithTls++;
    try {
      if (target === undefined) throw new Error("no target is available");
      const credential = (await this.options.credentials()).find(({ username }) => username === user);
      if (credential === undefined) throw new Error("the proxy no longer has a secret for this user");
      const connection = await target.open(credential, kind, this.config?.initQuery ?? "", target.server);
      metrics.databaseConnectionsSetupSucceeded++;
      if (tls) {
        metrics.databaseConnectionsWithTls++;
        void connection.closed.then(() => metrics.databaseConnectionsWithTls--);
      }
      this.log("debug", "database connection opened", { dbConnection: connection.id, user });
      return connection;
    } catch (error) {
      metrics.databaseConnectionsSetupFailed++;
      this.log("warn", "a database connection could not be opened", { user, error: (error as Error).message });
      target?.suspect();
      throw error;
    }
  }
}

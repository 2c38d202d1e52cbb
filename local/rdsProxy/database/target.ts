import type { Log } from "../log";
import type { Credential, TargetOptions } from "../options";
import { plainDialect } from "../protocol/dialect";
import { DatabaseConnection } from "./connection";
import { ConnectionKind } from "./connectionKind";
import { logIn } from "./login";
import { Probe } from "./probe";
import type { ServerInfo } from "./serverInfo";
import { isAccessDenied, NoCredentials, reasonOf, type TargetHealth, type TargetReason } from "./targetHealth";

export interface TargetCallbacks {
  credentials(): Promise<Credential[]>;
  /** The target has become reachable, or its `max_connections` has changed. */
  available(server: ServerInfo): void;
  unavailable(): void;
  /** Whether the proxy's share of connections has room for the monitor's. */
  roomForMonitor(): boolean;
  log: Log;
}

const firstRetryMilliseconds = 50;
const lastRetryMilliseconds = 1000;
const checkMilliseconds = 5000;

/**
 * One registered database and its health, as DescribeDBProxyTargets reports it:
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_TargetHealth.html. A connection of the target's own
 * shows at once when the database goes away. The target then tries to connect until the database is back.
 */
export class Target {
  server: ServerInfo | undefined;
  private health: TargetHealth;
  private stopped = false;
  private wake: (() => void) | undefined;
  private probe: Probe | undefined;
  private readonly changed = new Set<() => void>();
  private readonly running: Promise<void>;

  constructor(
    readonly options: TargetOptions,
    private readonly callbacks: TargetCallbacks,
  ) {
    this.health = { id: options.id, state: "REGISTERING" };
    this.running = this.run();
  }

  get isAvailable(): boolean {
    return this.health.state === "AVAILABLE";
  }

  describe(): TargetHealth {
    return { ...this.health };
  }

  /** Resolves when the target is available. Rejects after so many seconds, with the last reason. */
  whenAvailable(seconds: number): Promise<void> {
    if (this.isAvailable) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.changed.delete(check);
      };
      const timer = setTimeout(() => {
        stop();
        const { state, reason, description } = this.health;
        const why = [reason, description].filter((part) => part !== undefined).join(": ");
        reject(new Error(`target ${this.options.id} is ${state} after ${seconds} s${why && ` (${why})`}`));
      }, seconds * 1000);
      const check = (): void => {
        if (!this.isAvailable && !this.stopped) return;
        stop();
        if (this.isAvailable) resolve();
        else reject(new Error(`target ${this.options.id} was deregistered`));
      };
      this.changed.add(check);
    });
  }

  /** Checks the target now instead of at the next round, after a connection could not be opened. */
  suspect(): void {
    this.probe?.check(false);
    this.wake?.();
  }

  private async run(): Promise<void> {
    let delay = firstRetryMilliseconds;
    while (!this.stopped) {
      try {
        this.probe = await this.connect();
        delay = firstRetryMilliseconds;
        if (!this.callbacks.roomForMonitor()) this.probe.retire();
        const lost = await this.probe.lost;
        this.setHealth("UNAVAILABLE", reasonOf(lost), lost.message);
      } catch (error) {
        this.setHealth("UNAVAILABLE", reasonOf(error as Error), (error as Error).message);
      }
      this.probe = undefined;
      if (!this.isStopped()) await this.pause(delay);
      delay = Math.min(delay * 2, lastRetryMilliseconds);
    }
  }

  /** Reads the field again. It may have changed during an await, which TypeScript does not expect. */
  private isStopped(): boolean {
    return this.stopped;
  }

  private async connect(): Promise<Probe> {
    const connection = await this.openFirst();
    const { server } = connection;
    const probe = new Probe(connection, checkMilliseconds, (maxConnections) => {
      if (maxConnections === server.maxConnections) return;
      server.maxConnections = maxConnections;
      this.callbacks.available(server);
    });
    this.server = server;
    if (this.isStopped()) probe.close();
    else this.setHealth("AVAILABLE");
    return probe;
  }

  /** Logs in with the first secret that the database accepts. */
  private async openFirst(): Promise<DatabaseConnection> {
    let failure: Error = new NoCredentials("the proxy has no secrets");
    const credentials = await this.callbacks.credentials().catch((error: unknown) => {
      throw new NoCredentials(`the proxy cannot read its secrets: ${(error as Error).message}`);
    });
    for (const credential of credentials) {
      try {
        return await this.open(credential, new ConnectionKind(credential.username, plainDialect), "");
      } catch (error) {
        failure = error as Error;
        if (!isAccessDenied(error)) break;
      }
    }
    throw failure;
  }

  /** Opens a connection: for the pool, or, without `server`, for the monitor. */
  async open(
    credential: Credential,
    kind: ConnectionKind,
    initQuery: string,
    server?: ServerInfo,
  ): Promise<DatabaseConnection> {
    const raw = await this.options.dial();
    const loggedIn = await logIn(raw, { credential, dialect: kind.dialect, tls: this.options.tls ?? false });
    return DatabaseConnection.open({
      ...loggedIn,
      credential,
      kind,
      targetId: this.options.id,
      server,
      initQuery,
    });
  }

  private setHealth(state: TargetHealth["state"], reason?: TargetReason, description?: string): void {
    if (this.stopped) return;
    const before = this.health;
    this.health = {
      id: this.options.id,
      state,
      ...(reason !== undefined && { reason }),
      ...(description !== undefined && description !== "" && { description }),
    };
    if (before.state !== state || before.reason !== reason) {
      this.callbacks.log(state === "AVAILABLE" ? "info" : "warn", "target health changed", { ...this.health });
    }
    if (state === "AVAILABLE" && this.server !== undefined) this.callbacks.available(this.server);
    else if (before.state === "AVAILABLE") this.callbacks.unavailable();
    this.notify();
  }

  private notify(): void {
    for (const listener of [...this.changed]) listener();
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    }).then(() => {
      this.wake = undefined;
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.health = { id: this.options.id, state: "UNAVAILABLE" };
    this.notify();
    this.probe?.close();
    this.wake?.();
    await this.running;
  }
}

import type { Log } from "../log";
import type { Credential, TargetHealth, TargetOptions, TargetReason } from "../options";
import { DatabaseError } from "../protocol/packets";
import { DatabaseConnection } from "./connection";
import { logIn } from "./login";
import { Probe } from "./probe";
import type { ServerInfo } from "./serverInfo";

export interface TargetCallbacks {
  credentials(): Promise<Credential[]>;
  /** The target became reachable; called each time. */
  available(server: ServerInfo): void;
  unavailable(): void;
  /** Whether the proxy's share of connections leaves one for the monitor. */
  roomForMonitor(): boolean;
  log: Log;
}

const firstRetryMilliseconds = 50;
const lastRetryMilliseconds = 1000;
const checkMilliseconds = 5000;
const accessDenied = new Set([1044, 1045, 1698, 4151]);
const noRoute = new Set(["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN"]);

class NoCredentials extends Error {}

/**
 * One registered database and its health, as DescribeDBProxyTargets reports it:
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_TargetHealth.html. A connection of its own tells at
 * once when the database goes away; after that, it is dialled until it is back.
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

  /** Resolves when the target is available; rejects with its last reason after the time. */
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
        const why = [reason, description].filter(Boolean).join(": ");
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

  /** A connection could not be opened: look at the target now instead of at the next round. */
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

  /** Reads the field anew, which may have changed during an await. */
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

  /** Logs in with the first of the secrets that the database takes. */
  private async openFirst(): Promise<DatabaseConnection> {
    let failure: Error = new NoCredentials("the proxy has no secrets");
    const credentials = await this.callbacks.credentials().catch((error: unknown) => {
      throw new NoCredentials(`the proxy cannot read its secrets: ${(error as Error).message}`);
    });
    for (const credential of credentials) {
      try {
        return await this.open(credential, false, "");
      } catch (error) {
        failure = error as Error;
        if (!(error instanceof DatabaseError) || !accessDenied.has(error.code)) break;
      }
    }
    throw failure;
  }

  /** Opens a connection for the pool, or, without what is known of the server, for the monitor. */
  async open(
    credential: Credential,
    foundRows: boolean,
    initQuery: string,
    server?: ServerInfo,
  ): Promise<DatabaseConnection> {
    const raw = await this.options.dial();
    const loggedIn = await logIn(raw, { credential, foundRows, tls: this.options.tls ?? false });
    return DatabaseConnection.open({
      ...loggedIn,
      credential,
      foundRows,
      targetId: this.options.id,
      server,
      initQuery,
    });
  }

  private setHealth(state: TargetHealth["state"], reason?: TargetReason, description?: string): void {
    if (this.stopped) return;
    const before = this.health;
    this.health = { id: this.options.id, state, ...(reason && { reason }), ...(description && { description }) };
    if (before.state !== state || before.reason !== reason) {
      this.callbacks.log(state === "AVAILABLE" ? "info" : "warn", "target health changed", { ...this.health });
    }
    if (state === "AVAILABLE" && this.server) this.callbacks.available(this.server);
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

/** UNREACHABLE is for the network (security groups, routes); CONNECTION_FAILED for a host that answers badly or not. */
function reasonOf(error: Error & { code?: unknown }): TargetReason {
  if (error instanceof NoCredentials) return "AUTH_FAILURE";
  if (error instanceof DatabaseError) return accessDenied.has(error.code) ? "AUTH_FAILURE" : "CONNECTION_FAILED";
  return typeof error.code === "string" && noRoute.has(error.code) ? "UNREACHABLE" : "CONNECTION_FAILED";
}

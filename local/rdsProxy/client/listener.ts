import { randomInt } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { ClientAuthenticator } from "../auth/clientAuthenticator";
import { BorrowTimeout } from "../database/borrowQueue";
import { ConnectionKind } from "../database/connectionKind";
import type { ConnectionPool } from "../database/pool";
import type { Log } from "../log";
import type { Metrics } from "../metrics";
import type { RdsProxyOptions } from "../options";
import { Dialect, offeredCapabilities } from "../protocol/dialect";
import type { Capabilities } from "../protocol/handshake";
import { DatabaseError } from "../protocol/packets";
import { SessionMemory } from "../state/sessionMemory";
import type { SessionState } from "../state/sessionState";
import { beginSession, welcome } from "./beginSession";
import { changeUser } from "./changeUser";
import type { SessionContext } from "./context";
import type { Pin } from "./heldConnection";
import { type ClientLogin, logIn } from "./login";
import { loginError, LoginRefused } from "./loginErrors";
import { ClientSession, type SessionOwner } from "./session";

export interface ListenerOptions {
  proxy: RdsProxyOptions;
  pool: ConnectionPool;
  metrics: Metrics;
  log: Log;
  excludeVariableSets: () => boolean;
  /** The database, once the proxy knows it. */
  server(): KnownServer | undefined;
}

/** What the greeting says of the database. */
export interface KnownServer {
  version: string;
  capabilities: Capabilities;
  /** The program asks for MySQL, whatever the server is. */
  playsMysql: boolean;
}

/** A session that must keep its database connection, with the ids that the log has. */
export interface PinnedSession extends Pin {
  clientConnection: number;
  /** Undefined while the session waits for a connection. */
  dbConnection: number | undefined;
}

/** The version in the greeting of a proxy that has not reached its database yet. */
const unknownVersion = "8.4.0";

/** MySQL's default for connect_timeout. It is the limit for each packet of a log-in. */
const defaultLoginSeconds = 10;
/** How long a refused client has to read the last packet. */
const closeMilliseconds = 1000;

/** Accepts clients, logs them in, and keeps their sessions. */
export class Listener implements SessionOwner {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly sessions = new Map<number, ClientSession>();
  private readonly authenticator: ClientAuthenticator;
  private secureContext: SecureContext;
  private readonly sweeper: NodeJS.Timeout;
  private readonly loginSeconds: number;
  /** The proxy's ids are far from the database's own, so a KILL with an id of the proxy hits no other connection. See kill. */
  private lastId = randomInt(0x40000000, 0x70000000);

  constructor(private readonly options: ListenerOptions) {
    const { proxy } = options;
    this.loginSeconds = proxy.loginSeconds ?? defaultLoginSeconds;
    this.authenticator = new ClientAuthenticator(proxy);
    this.secureContext = secureContextOf(proxy.tls);
    this.server = createServer({ noDelay: true }, (socket) => void this.accept(socket));
    const interval = Math.min(1000, proxy.idleClientTimeout * 100);
    this.sweeper = setInterval(() => {
      this.disconnectIdle();
    }, interval).unref();
  }

  /** Shows new clients another certificate. */
  useCertificate(tls: RdsProxyOptions["tls"]): void {
    this.secureContext = secureContextOf(tls);
  }

  /** Starts to listen. Returns the port. */
  listen(): Promise<number> {
    const { port = 0, host = "127.0.0.1" } = this.options.proxy;
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen({ port, host, backlog: 4096 }, () => {
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  private async accept(raw: Socket): Promise<void> {
    const { metrics, proxy, log } = this.options;
    metrics.clientConnectionsReceived++;
    this.sockets.add(raw);
    raw.once("close", () => {
      this.sockets.delete(raw);
      metrics.clientConnectionsClosed++;
    });
    const id = this.nextId();
    const server = this.options.server();
    const offered = offeredCapabilities(server?.capabilities);
    try {
      const login = await logIn(raw, {
        authenticator: this.authenticator,
        secureContext: this.secureContext,
        requireTls: proxy.requireTls,
        serverVersion: server?.version ?? unknownVersion,
        offered,
        threadId: id,
        seconds: this.loginSeconds,
      });
      // The client may have left while the proxy checked its password. It then takes no place in the pool's queue.
      if (raw.destroyed) throw new LoginRefused(undefined, "the client went away", login.response.user);
      const dialect = Dialect.of(login.response, offered, server?.playsMysql ?? false);
      await this.begin(id, login, new ConnectionKind(login.response.user, dialect));
      log("debug", "client connection accepted", { clientConnection: id });
    } catch (error) {
      this.logRefusal(id, error as Error & { user?: string });
      if (error instanceof LoginRefused && error.kind === undefined) raw.destroy();
      // The client may still have to read a last packet. It is cut off if it does not close in time.
      else setTimeout(() => raw.destroy(), closeMilliseconds).unref();
    }
  }

  private nextId(): number {
    this.lastId = this.lastId >= 0x7fffffff ? 0x40000000 : this.lastId + 1;
    return this.lastId;
  }

  private logRefusal(id: number, error: Error & { user?: string }): void {
    // AWS counts what "failed due to misconfigured authentication or TLS", so no missing database connection or schema.
    if (!(error instanceof BorrowTimeout) && !(error instanceof DatabaseError)) {
      this.options.metrics.clientConnectionsSetupFailedAuth++;
    }
    const { message, user, cause } = error;
    this.options.log("warn", "client log-in failed", { clientConnection: id, user, error: message, cause });
  }

  private async begin(id: number, login: ClientLogin, kind: ConnectionKind): Promise<void> {
    const { pool, metrics } = this.options;
    const { socket, response, secure } = login;
    const memory = new SessionMemory(undefined);
    let resetState: SessionState | undefined;
    let leaveQueue = (): void => undefined;
    const onClose = (): void => {
      memory.alive = false;
      leaveQueue();
    };
    socket.once("close", onClose);
    try {
      const onWaiting = (leave: () => void): void => void (leaveQueue = leave);
      resetState = await beginSession({ pool, kind, response, changesUser: false, memory, onWaiting });
    } catch (error) {
      if (!socket.destroyed) socket.end(loginError(login.sequence, error as Error));
      throw error;
    } finally {
      socket.off("close", onClose);
    }
    if (socket.destroyed) throw new LoginRefused(undefined, "the client went away", response.user);
    const context = this.contextOf(kind, response, secure, resetState);
    this.sessions.set(id, new ClientSession(id, socket, context, memory, this));
    metrics.clientConnectionsSetupSucceeded++;
    if (secure) metrics.clientConnectionsTls++;
    else metrics.clientConnectionsNoTls++;
    socket.write(welcome(login.sequence, memory, kind.dialect, response.database));
  }

  /**
   * Makes the context of a session from the few values of the log-in that the session needs. It holds no closure of
   * `begin`, since that would keep the packets of the log-in in memory as long as the session.
   */
  private contextOf(
    kind: ConnectionKind,
    { capabilities, extended }: Capabilities,
    secure: boolean,
    resetState: SessionState | undefined,
  ): SessionContext {
    const { pool, metrics, log, proxy, excludeVariableSets } = this.options;
    const login = { capabilities, extended };
    return {
      kind,
      login,
      secure,
      resetState,
      pool,
      metrics,
      log,
      excludeVariableSets,
      get debug() {
        return proxy.debugLogging;
      },
    };
  }

  /** The sessions that must keep their database connections, those first that must the longest. */
  get pinnedSessions(): PinnedSession[] {
    const pinned: PinnedSession[] = [];
    for (const { id, held } of this.sessions.values()) {
      if (held.pin !== undefined) pinned.push({ ...held.pin, clientConnection: id, dbConnection: held.current?.id });
    }
    return pinned.sort((a, b) => a.since - b.since);
  }

  changeUser(session: ClientSession, command: Buffer): void {
    void changeUser(session, command, this.authenticator, this.loginSeconds);
  }

  sessionOf(id: number): ClientSession | undefined {
    return this.sessions.get(id);
  }

  sessionClosed(session: ClientSession): void {
    if (!this.sessions.delete(session.id)) return;
    if (session.context.secure) this.options.metrics.clientConnectionsTls--;
    else this.options.metrics.clientConnectionsNoTls--;
  }

  /**
   * Disconnects clients that do not read their replies, and those that are idle. AWS counts from the end of the last
   * request: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connections.html.
   */
  private disconnectIdle(): void {
    const oldest = performance.now() - this.options.proxy.idleClientTimeout * 1000;
    for (const session of this.sessions.values()) {
      const { stalled } = session;
      if (!stalled && (!session.ready || session.lastActive > oldest)) continue;
      const message = stalled ? "client disconnected because it did not read its reply" : "idle client disconnected";
      this.options.log("info", message, { clientConnection: session.id });
      session.disconnect();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    const closed = new Promise<void>((resolve) =>
      this.server.close(() => {
        resolve();
      }),
    );
    for (const session of [...this.sessions.values()]) session.disconnect();
    for (const socket of [...this.sockets]) socket.destroy();
    await closed;
  }
}

function secureContextOf(tls: RdsProxyOptions["tls"]): SecureContext {
  return createSecureContext({ ...tls, minVersion: "TLSv1.2" });
}

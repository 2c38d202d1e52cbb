import { randomInt } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { ClientAuthenticator } from "../auth/clientAuthenticator";
import { BorrowTimeout, type ConnectionPool } from "../database/pool";
import type { Log } from "../log";
import type { Metrics } from "../metrics";
import type { RdsProxyOptions } from "../options";
import { Capability } from "../protocol/constants";
import { DatabaseError, okPacket } from "../protocol/packets";
import { SessionMemory } from "../state/sessionMemory";
import type { SessionState } from "../state/sessionState";
import { beginSession } from "./beginSession";
import { changeUser } from "./changeUser";
import type { SessionContext } from "./context";
import { type ClientLogin, LoginDialogue, loginError, LoginRefused } from "./login";
import { ClientSession } from "./session";

export interface ListenerOptions {
  proxy: RdsProxyOptions;
  pool: ConnectionPool;
  metrics: Metrics;
  log: Log;
  excludeVariableSets: () => boolean;
  /** Version in the greeting: the database's own, when it is known. */
  serverVersion(): string;
}

/** For each packet: MySQL's connect_timeout. */
const loginSeconds = 10;

/** Takes clients in, logs them in, and keeps their sessions. */
export class Listener {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly sessions = new Set<ClientSession>();
  private readonly authenticator: ClientAuthenticator;
  private readonly secureContext: SecureContext;
  private readonly sweeper: NodeJS.Timeout;
  /** Far from the database's own connection ids, so that a KILL with an id of the proxy meets nobody. */
  private lastId = randomInt(0x40000000, 0x70000000);

  constructor(private readonly options: ListenerOptions) {
    this.authenticator = new ClientAuthenticator(options.proxy);
    this.secureContext = createSecureContext({ ...options.proxy.tls, minVersion: "TLSv1.2" });
    this.server = createServer({ noDelay: true }, (socket) => void this.accept(socket));
    const interval = Math.min(1000, options.proxy.idleClientTimeout * 100);
    this.sweeper = setInterval(() => {
      this.disconnectIdle();
    }, interval).unref();
  }

  private get loginSeconds(): number {
    return this.options.proxy.loginSeconds ?? loginSeconds;
  }

  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(
        { port: this.options.proxy.port ?? 0, host: this.options.proxy.host ?? "127.0.0.1", backlog: 4096 },
        () => {
          resolve((this.server.address() as AddressInfo).port);
        },
      );
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
    try {
      const login = await new LoginDialogue(raw, this.loginSeconds).run({
        authenticator: this.authenticator,
        secureContext: this.secureContext,
        requireTls: proxy.requireTls,
        serverVersion: this.options.serverVersion(),
        threadId: id,
      });
      // While its log-in was judged, and then it takes no place in the queue.
      if (raw.destroyed) throw new LoginRefused(undefined, "the client went away", login.response.user);
      await this.begin(id, login);
      log("debug", "client connection accepted", { clientConnection: id });
    } catch (error) {
      this.refused(id, error as Error & { user?: string });
      // A last packet may still have to go out; whoever does not close in time is cut off.
      setTimeout(() => raw.destroy(), 1000).unref();
      if (error instanceof LoginRefused && !error.kind) raw.destroy();
    }
  }

  private nextId(): number {
    this.lastId = this.lastId >= 0x7fffffff ? 0x40000000 : this.lastId + 1;
    return this.lastId;
  }

  private refused(id: number, error: Error & { user?: string }): void {
    // AWS: "failed due to misconfigured authentication or TLS", and not for want of a database connection or a schema.
    if (!(error instanceof BorrowTimeout) && !(error instanceof DatabaseError)) {
      this.options.metrics.clientConnectionsSetupFailedAuth++;
    }
    const { message, user, cause } = error;
    this.options.log("warn", "client log-in failed", { clientConnection: id, user, error: message, cause });
  }

  private async begin(id: number, login: ClientLogin): Promise<void> {
    const { pool, metrics } = this.options;
    const { socket, response, secure } = login;
    const memory = new SessionMemory(undefined);
    let leave = (): void => undefined;
    const onClose = (): void => {
      memory.alive = false;
      leave();
    };
    socket.once("close", onClose);
    try {
      const waiting = (leaveQueue: () => void): void => void (leave = leaveQueue);
      memory.state = await beginSession({ pool, response, memory, waiting });
    } catch (error) {
      if (!socket.destroyed) socket.end(loginError(login.sequence, error as Error));
      throw error;
    } finally {
      socket.off("close", onClose);
    }
    if (socket.destroyed) throw new LoginRefused(undefined, "the client went away", response.user);
    const { user, capabilities } = response;
    const session = new ClientSession(id, socket, this.contextOf(user, capabilities, secure, memory.state), memory);
    this.sessions.add(session);
    metrics.clientConnectionsSetupSucceeded++;
    if (secure) metrics.clientConnectionsTls++;
    else metrics.clientConnectionsNoTls++;
    socket.write(okPacket(login.sequence, session.status));
  }

  private readonly forget = (session: ClientSession): void => {
    if (!this.sessions.delete(session)) return;
    if (session.context.secure) this.options.metrics.clientConnectionsTls--;
    else this.options.metrics.clientConnectionsNoTls--;
  };

  private readonly changeUser = (session: ClientSession, command: Buffer): void =>
    void changeUser(session, command, this.authenticator, this.loginSeconds);

  /** A method of its own, without closures of its own, lest every session keep the packets of its log-in. */
  private contextOf(
    user: string,
    capabilities: number,
    secure: boolean,
    initialState: SessionState | undefined,
  ): SessionContext {
    const { pool, metrics, log, proxy, excludeVariableSets } = this.options;
    return {
      user,
      foundRows: (capabilities & Capability.FOUND_ROWS) !== 0,
      capabilities,
      secure,
      initialState,
      pool,
      metrics,
      log,
      debug: proxy.debugLogging,
      excludeVariableSets,
      changeUser: this.changeUser,
      sessionClosed: this.forget,
    };
  }

  /** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connections.html: idle since the last request ended. */
  private disconnectIdle(): void {
    const oldest = performance.now() - this.options.proxy.idleClientTimeout * 1000;
    for (const session of this.sessions) {
      if (session.stalled) {
        this.options.log("info", "client disconnected that did not read its reply", { clientConnection: session.id });
        session.disconnect();
      }
      if (!session.idle || session.lastActive > oldest) continue;
      this.options.log("info", "idle client disconnected", { clientConnection: session.id });
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
    for (const session of [...this.sessions]) session.disconnect();
    for (const socket of [...this.sockets]) socket.destroy();
    await closed;
  }
}

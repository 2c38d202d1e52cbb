import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import { type AuthChannel, type ClientAuthenticator, newNonce } from "../auth/clientAuthenticator";
import { databaseCapabilities } from "../database/login";
import { BorrowTimeout } from "../database/pool";
import type { Credential } from "../options";
import { Capability, type ErrorKind, ServerError, Status } from "../protocol/constants";
import { type HandshakeResponse, parseHandshakeResponse, sslRequestBytes, writeGreeting } from "../protocol/handshake";
import { PacketReader } from "../protocol/packetReader";
import { DatabaseError, errorPacket, packet } from "../protocol/packets";
import { Patience } from "./patience";

/** Larger packets are not needed to log in: a token or a set of connection attributes has a few KB. */
const maxLoginPacket = 64 * 1024;
/** What clients are offered; see DATABASE_CAPABILITIES. */
const OFFERED =
  databaseCapabilities |
  Capability.FOUND_ROWS |
  Capability.CONNECT_WITH_DB |
  Capability.IGNORE_SPACE |
  Capability.INTERACTIVE |
  Capability.SSL |
  Capability.MULTI_STATEMENTS |
  Capability.CONNECT_ATTRS;

/** utf8mb4_general_ci; a client answers with its own choice. */
const greetingCollation = 45;

export interface LoginOptions {
  authenticator: ClientAuthenticator;
  secureContext: SecureContext;
  requireTls: boolean;
  serverVersion: string;
  threadId: number;
}

export interface ClientLogin {
  socket: Socket;
  secure: boolean;
  credential: Credential;
  response: HandshakeResponse;
  /** Sequence number of the OK packet that is still to be sent. */
  sequence: number;
}

/** A log-in that was refused; the client has been told. */
export class LoginRefused extends Error {
  constructor(
    readonly kind: ErrorKind | undefined,
    message: string,
    readonly user = "",
  ) {
    super(message);
  }
}

const ignore = (): void => undefined;

export const accessDenied = (user: string, usingPassword: boolean): string =>
  `Access denied for user '${user}'@'%' (using password: ${usingPassword ? "YES" : "NO"})`;

/** The server's side of MySQL's connection phase, for one client. */
export class LoginDialogue implements AuthChannel {
  private reader = new PacketReader(maxLoginPacket);
  private sequence = 0;
  private waiting: { resolve: (payload: Buffer) => void; reject: (error: Error) => void } | undefined;
  private failure: Error | undefined;
  private readonly patience: Patience;
  secure = false;

  /** @param seconds that the client has for each of its packets, as with MySQL's connect_timeout */
  constructor(
    private socket: Socket,
    seconds: number,
  ) {
    this.patience = new Patience(seconds, () => {
      this.fail(new LoginRefused(undefined, `the client was silent for ${seconds} s in the middle of its log-in`));
      this.socket.destroy();
    });
    this.listen();
  }

  async run(options: LoginOptions): Promise<ClientLogin> {
    try {
      return await this.logIn(options);
    } catch (error) {
      const known = error instanceof LoginRefused;
      if (known && error.kind) this.refuse(error.kind, error.message);
      else if (!known) this.refuse(ServerError.BAD_HANDSHAKE, "Bad handshake");
      throw error;
    } finally {
      this.patience.end();
      this.stopListening();
    }
  }

  private async logIn(options: LoginOptions): Promise<ClientLogin> {
    const nonce = newNonce();
    const { plugin } = options.authenticator;
    this.send((sequence) =>
      packet(
        sequence,
        writeGreeting({
          serverVersion: options.serverVersion,
          threadId: options.threadId,
          nonce,
          capabilities: OFFERED,
          collation: greetingCollation,
          status: Status.AUTOCOMMIT,
          plugin,
        }),
      ),
    );
    let payload = await this.receive();
    if (payload.length < 4 || !(payload.readUInt32LE(0) & Capability.PROTOCOL_41)) {
      throw new LoginRefused(ServerError.CLIENT_NOT_SUPPORTED, "Client does not support the protocol of MySQL 4.1");
    }
    if (payload.length === sslRequestBytes && payload.readUInt32LE(0) & Capability.SSL) {
      await this.startTls(options.secureContext);
      payload = await this.receive();
    }
    const response = parseHandshakeResponse(payload);
    const { user } = response;
    if (options.requireTls && !this.secure) {
      throw new LoginRefused(ServerError.SECURE_TRANSPORT_REQUIRED, "This RDS Proxy requires TLS connections", user);
    }
    const attempt = { user, nonce, plugin: response.plugin, response: response.authResponse };
    const result = await options.authenticator.authenticate(attempt, this);
    if ("refusal" in result) {
      const error = new LoginRefused(
        ServerError.ACCESS_DENIED,
        accessDenied(user, response.authResponse.length > 0),
        user,
      );
      error.cause = result.refusal;
      throw error;
    }
    return {
      socket: this.socket,
      secure: this.secure,
      credential: result.credential,
      response,
      sequence: this.sequence,
    };
  }

  private async startTls(secureContext: SecureContext): Promise<void> {
    this.stopListening();
    const plain = this.socket;
    const early = this.reader.rest();
    if (early.length > 0) plain.unshift(early);
    const secure = new TLSSocket(plain, { isServer: true, secureContext });
    this.socket = secure;
    this.listen();
    this.patience.begin();
    await new Promise<void>((resolve, reject) => {
      secure.once("secure", resolve);
      secure.once("error", reject);
      secure.once("close", () => {
        reject(new Error("closed during the TLS handshake"));
      });
    });
    this.patience.end();
    this.secure = true;
  }

  send(make: (sequence: number) => Buffer): void {
    this.socket.write(make(this.sequence++));
  }

  async receive(): Promise<Buffer> {
    if (this.failure) throw this.failure;
    const next = this.reader.next();
    const received = next ? this.accept(next.sequence, next.payload) : undefined;
    if (received) return received;
    this.patience.begin();
    return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
  }

  private accept(sequence: number, payload: Buffer): Buffer {
    if (sequence !== this.sequence) {
      throw new LoginRefused(ServerError.PACKETS_OUT_OF_ORDER, "Got packets out of order");
    }
    this.sequence++;
    return payload;
  }

  private readonly onData = (chunk: Buffer): void => {
    try {
      this.reader.push(chunk);
      if (!this.waiting) {
        this.limitUnread();
        return;
      }
      const next = this.reader.next();
      if (!next) return;
      const payload = this.accept(next.sequence, next.payload);
      this.patience.end();
      this.waiting.resolve(payload);
      this.waiting = undefined;
    } catch (error) {
      this.fail(error as Error);
    }
  };

  /** A client that sends on and on while it is not its turn is let wait. */
  private limitUnread(): void {
    this.unread++;
    if (this.unread > 64) this.fail(new Error("the client sends without being asked"));
  }
  private unread = 0;

  private readonly onClose = (): void => {
    this.fail(new LoginRefused(undefined, "the client went away"));
  };

  private fail(error: Error): void {
    this.failure ??= error;
    this.waiting?.reject(error);
    this.waiting = undefined;
  }

  private refuse(kind: ErrorKind, message: string): void {
    if (!this.socket.destroyed) this.socket.end(errorPacket(this.sequence, kind, message));
  }

  private listen(): void {
    this.socket.on("data", this.onData).on("close", this.onClose).on("error", ignore);
  }

  /** The handler of errors stays: a socket without one would bring the process down. */
  private stopListening(): void {
    this.socket.off("data", this.onData).off("close", this.onClose);
    this.socket.pause();
  }
}

/** What a client is told when it could not get a database connection with its state. */
export function loginError(sequence: number, error: Error): Buffer {
  if (error instanceof BorrowTimeout) {
    return errorPacket(sequence, ServerError.BORROW_TIMEOUT, "Timed-out waiting to acquire database connection");
  }
  if (error instanceof DatabaseError) {
    return errorPacket(
      sequence,
      { code: error.code, state: error.sqlState },
      error.message,
    );
  }
  return errorPacket(sequence, ServerError.UNKNOWN, "Unknown error");
}

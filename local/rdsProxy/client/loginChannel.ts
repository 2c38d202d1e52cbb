import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { AuthChannel } from "../auth/clientAuthenticator";
import { type ErrorKind, ServerError } from "../protocol/constants";
import { PacketReader } from "../protocol/packetReader";
import { errorPacket } from "../protocol/packets";
import { LoginRefused } from "./loginErrors";
import { PacketTimeout } from "./packetTimeout";

/** No log-in needs a larger packet: a token, or a set of connection attributes, has a few KB. */
const maxLoginPacket = 64 * 1024;
/** A client may send this many chunks while the proxy has not asked for a packet. */
const maxUnaskedChunks = 64;

function ignore(): void {
  // An error is followed by "close".
}

/** The packets between the proxy and a client that logs in. */
export class LoginChannel implements AuthChannel {
  secure = false;
  /** The sequence number of the next packet. */
  sequence = 0;
  private readonly reader = new PacketReader(maxLoginPacket);
  private readonly timeout: PacketTimeout;
  private waiting: { resolve: (payload: Buffer) => void; reject: (error: Error) => void } | undefined;
  private failure: Error | undefined;
  private unaskedChunks = 0;

  /** @param seconds how long the client has for each of its packets, as with MySQL's connect_timeout */
  constructor(
    public socket: Socket,
    seconds: number,
  ) {
    this.timeout = new PacketTimeout(seconds, () => {
      this.fail(new LoginRefused(undefined, `the client was silent for ${seconds} s in the middle of its log-in`));
      this.socket.destroy();
    });
    this.listen();
  }

  send(make: (sequence: number) => Buffer): void {
    this.socket.write(make(this.sequence++));
  }

  async receive(): Promise<Buffer> {
    if (this.failure !== undefined) throw this.failure;
    const next = this.reader.next();
    if (next !== undefined) return this.accept(next.sequence, next.payload);
    this.timeout.start();
    return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
  }

  async startTls(secureContext: SecureContext): Promise<void> {
    this.stopListening();
    const plain = this.socket;
    const early = this.reader.rest();
    if (early.length > 0) plain.unshift(early);
    const secure = new TLSSocket(plain, { isServer: true, secureContext });
    this.socket = secure;
    this.listen();
    this.timeout.start();
    await new Promise<void>((resolve, reject) => {
      secure.once("secure", resolve);
      secure.once("error", reject);
      secure.once("close", () => {
        reject(new Error("the client closed the connection during the TLS handshake"));
      });
    });
    this.timeout.stop();
    this.secure = true;
  }

  /** Sends a last packet and closes. */
  refuse(kind: ErrorKind, message: string): void {
    if (!this.socket.destroyed) this.socket.end(errorPacket(this.sequence, kind, message));
  }

  /** Leaves the socket, paused, to the session. */
  end(): void {
    this.timeout.stop();
    this.stopListening();
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
      if (this.waiting === undefined) {
        this.countUnasked();
        return;
      }
      const next = this.reader.next();
      if (next === undefined) return;
      const payload = this.accept(next.sequence, next.payload);
      this.timeout.stop();
      this.waiting.resolve(payload);
      this.waiting = undefined;
    } catch (error) {
      this.fail(error as Error);
    }
  };

  /** Ends the log-in of a client that keeps sending while the proxy has not asked for anything. */
  private countUnasked(): void {
    this.unaskedChunks++;
    if (this.unaskedChunks > maxUnaskedChunks) this.fail(new Error("the client keeps sending without being asked"));
  }

  private readonly onClose = (): void => {
    this.fail(new LoginRefused(undefined, "the client went away"));
  };

  private fail(error: Error): void {
    this.failure ??= error;
    this.waiting?.reject(error);
    this.waiting = undefined;
  }

  private listen(): void {
    this.socket.on("data", this.onData).on("close", this.onClose).on("error", ignore);
  }

  /** Keeps the listener for errors: an error on a socket without one ends the process. */
  private stopListening(): void {
    this.socket.off("data", this.onData).off("close", this.onClose);
    this.socket.pause();
  }
}

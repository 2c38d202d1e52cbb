import type { Socket } from "node:net";
import type { DatabaseConnection } from "../database/connection";
import { type ClientCommand, CommandReader } from "./commandReader";
import { Upload } from "./upload";

/** Bytes that a client may send ahead while its last command is still running. */
const maxReadAhead = 64 * 1024;

/** A client has so long to take the last packet and to close. */
const closeMilliseconds = 1000;

/** Who does what a client asks for. */
export interface CommandHandler {
  /** The next command may be given. */
  readonly ready: boolean;
  readonly ended: boolean;
  command(command: ClientCommand): void;
  /** A part of a command has come. */
  received(): void;
  /** The bytes cannot be cut into commands, or `command` has thrown. */
  failed(error: unknown): void;
  /** A long command has been passed on to its end. */
  uploaded(): void;
  clientGone(): void;
}

/**
 * The client's end of a session: cuts what comes into commands, and hands them over one at a time. Holds the client back
 * when it sends more than can be done, or reads less than it is sent.
 */
export class ClientStream {
  private readonly reader = new CommandReader();
  private upload: Upload | undefined;
  /** The client does not read what it is sent, so nothing more is done for it. */
  private congested = false;
  private dealing = false;
  private diversion: { push: (chunk: Buffer) => void; closed: () => void } | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly handler: CommandHandler,
  ) {
    socket.on("data", (chunk: Buffer) => {
      this.receive(chunk);
    });
    socket.on("close", () => {
      handler.clientGone();
    });
    socket.resume();
  }

  get uploading(): boolean {
    return this.upload !== undefined;
  }

  private receive(chunk: Buffer): void {
    if (this.handler.ended) return;
    if (this.diversion) {
      this.diversion.push(chunk);
      return;
    }
    this.reader.push(chunk);
    if (this.upload) this.continueUpload();
    else if (this.handler.ready) this.nextCommands();
    if (this.handler.ready && this.reader.size > 0) this.handler.received();
    if (!this.upload && !this.handler.ready && this.reader.size > maxReadAhead) this.socket.pause();
  }

  /** Goes on with what the client has sent meanwhile, after a command is done. */
  proceed(): void {
    if (this.upload || this.congested) return;
    if (this.reader.size > 0) this.nextCommands();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  /** A command that is done at once calls for the next: that is taken by the loop, lest thousands in a row be nested. */
  private nextCommands(): void {
    if (this.dealing) return;
    this.dealing = true;
    try {
      while (this.handler.ready && !this.mustWaitForClient()) {
        const command = this.reader.next();
        if (!command) break;
        this.handler.command(command);
      }
      if (this.socket.isPaused() && !this.upload && !this.congested) this.socket.resume();
    } catch (error) {
      this.handler.failed(error);
    } finally {
      this.dealing = false;
    }
  }

  /** Replies that pile up because the client sends on without reading them would fill the memory. */
  private mustWaitForClient(): boolean {
    if (this.congested || !this.socket.writableNeedDrain) return this.congested;
    this.congested = true;
    this.socket.pause();
    this.socket.once("drain", () => {
      this.congested = false;
      if (this.handler.ready) this.proceed();
    });
    return true;
  }

  /** Streams the rest of a long command to the database. */
  startUpload(command: ClientCommand, connection: DatabaseConnection): void {
    this.upload = new Upload(command, this.reader, this.socket, connection);
    this.socket.resume();
    this.continueUpload();
  }

  private continueUpload(): void {
    if (!this.upload?.pump()) return;
    this.upload = undefined;
    this.handler.uploaded();
  }

  abandonUpload(): void {
    this.upload = undefined;
  }

  /** Returns false when the client should be waited for; see `onceDrained`. */
  write(bytes: Buffer): boolean {
    return this.socket.write(bytes);
  }

  onceDrained(listener: () => void): void {
    this.socket.once("drain", listener);
  }

  /** Closes, after a last packet if there is one; whoever does not close in turn is cut off. */
  end(bytes?: Buffer): void {
    if (bytes) this.socket.end(bytes);
    else this.socket.end();
    setTimeout(() => this.socket.destroy(), closeMilliseconds).unref();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** From now on, what the client sends is no command. */
  divert(push: (chunk: Buffer) => void, closed: () => void): void {
    this.diversion = { push, closed };
  }

  endDiversion(): void {
    this.diversion = undefined;
  }

  /** Tells whoever the stream is diverted to that nothing more will come. */
  closed(): void {
    this.diversion?.closed();
  }
}

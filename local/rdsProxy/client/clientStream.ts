import type { Socket } from "node:net";
import type { DatabaseConnection } from "../database/connection";
import { type ClientCommand, CommandReader } from "./commandReader";
import { Upload } from "./upload";

/** How many bytes a client may send ahead while its last command is still running. */
const maxReadAhead = 64 * 1024;

/** How long a client has to read the last packet and to close its side. */
const closeMilliseconds = 1000;

/** Executes the commands of a client. */
export interface CommandHandler {
  /** The handler can take the next command. */
  readonly ready: boolean;
  readonly ended: boolean;
  command(command: ClientCommand): void;
  /** A part of a command has arrived. */
  received(): void;
  /** The bytes are not a command, or `command` has thrown. */
  failed(error: unknown): void;
  /** The database has been sent a long command to its end. */
  uploaded(): void;
  clientGone(): void;
}

/**
 * The client's end of a session. It cuts the client's bytes into commands and hands them over one at a time. It stops
 * reading while the client sends faster than its commands are executed, or does not read its replies.
 */
export class ClientStream {
  private readonly reader = new CommandReader();
  private upload: Upload | undefined;
  /** The client does not read its replies, so the proxy takes no more of its commands. */
  private congested = false;
  private dispatching = false;
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
    if (this.diversion !== undefined) {
      this.diversion.push(chunk);
      return;
    }
    this.reader.push(chunk);
    if (this.upload !== undefined) this.continueUpload();
    else if (this.handler.ready) this.nextCommands();
    if (this.handler.ready && this.reader.size > 0) this.handler.received();
    if (this.upload === undefined && !this.handler.ready && this.reader.size > maxReadAhead) this.socket.pause();
  }

  /** Goes on with what the client has sent in the meantime, after a command is done. */
  proceed(): void {
    if (this.upload !== undefined || this.congested) return;
    if (this.reader.size > 0) this.nextCommands();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  /**
   * Hands over the commands that are here. A command that is done at once calls `proceed`, which must not call this
   * again: thousands of commands in a row would be nested as deeply.
   */
  private nextCommands(): void {
    if (this.dispatching) return;
    this.dispatching = true;
    try {
      while (this.handler.ready && !this.mustWaitForClient()) {
        const command = this.reader.next();
        if (command === undefined) break;
        this.handler.command(command);
      }
      if (this.socket.isPaused() && this.upload === undefined && !this.congested) this.socket.resume();
    } catch (error) {
      this.handler.failed(error);
    } finally {
      this.dispatching = false;
    }
  }

  /** Waits if the client sends commands without reading the replies. They would fill the memory. */
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

  /** Returns false if the caller should wait for the client; see `onceDrained`. */
  write(bytes: Buffer): boolean {
    return this.socket.write(bytes);
  }

  onceDrained(listener: () => void): void {
    this.socket.once("drain", listener);
  }

  /** Closes the proxy's side, after a last packet if there is one, and cuts off a client that stays. */
  end(bytes?: Buffer): void {
    if (bytes === undefined) this.socket.end();
    else this.socket.end(bytes);
    setTimeout(() => this.socket.destroy(), closeMilliseconds).unref();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Passes what the client sends to `push` from now on, instead of reading commands from it. */
  divert(push: (chunk: Buffer) => void, closed: () => void): void {
    this.diversion = { push, closed };
  }

  endDiversion(): void {
    this.diversion = undefined;
  }

  /** Tells the receiver of diverted bytes that the client sends no more. */
  closed(): void {
    this.diversion?.closed();
  }
}

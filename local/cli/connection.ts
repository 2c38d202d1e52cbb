import { once } from "node:events";
import { existsSync, openSync, readFileSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lasting } from "../account";
import { startModule } from "../provider/nodeProcess";
import { type Announcement, type Order, type Refusal, socketPath, type Status } from "../provider/socket";

/** Milliseconds that a new stand-in has to answer. Loading Pulumi's packages takes a few seconds on a busy machine. */
const patience = 60_000;

/** A connection to a running stand-in, which does not end as long as somebody is connected. */
export class Connection {
  private readonly lines: AsyncIterator<string, undefined>;

  private constructor(private readonly socket: Socket) {
    this.lines = createInterface(socket)[Symbol.asyncIterator]();
  }

  /** Connects to the stand-in of a folder. Undefined if none runs. */
  static async find(folder: string): Promise<Connection | undefined> {
    const socket = connect(socketPath(folder));
    try {
      await once(socket, "connect");
    } catch {
      return undefined;
    }
    socket.on("error", () => undefined);
    return new Connection(socket);
  }

  /**
   * Connects to the stand-in of a folder, and starts it first if none runs.
   *
   * @param logFile receives what the stand-in and its services say
   * @param program the folder of the program, whose packages say what AWS has
   * @param lasting what a new one keeps for its next start
   */
  static async findOrStart(
    folder: string,
    logFile: string,
    program = folder,
    lasting: Lasting = {},
  ): Promise<Connection> {
    const found = await Connection.find(folder);
    if (found !== undefined) return found;
    const logged = existsSync(logFile) ? statSync(logFile).size : 0;
    const child = start(folder, logFile, lasting, program);
    const ended = once(child, "exit").then(() => Promise.reject(notStarted(whyEnded(logFile, logged))));
    ended.catch(() => undefined);
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      const connection = await Connection.find(folder);
      if (connection !== undefined) return connection;
      await Promise.race([sleep(50), ended]);
    }
    throw new Error(`The stand-in did not answer within ${patience / 1000} s: see ${logFile}.`);
  }

  /** Reads what the stand-in says of itself. It says so once, when it is ready. @throws Error when it cannot start */
  async announcement(): Promise<Announcement> {
    const said = JSON.parse(await this.nextLine()) as Announcement | Refusal;
    if ("refusal" in said) throw notStarted(said.refusal);
    return said;
  }

  async order(order: Order): Promise<Status> {
    this.socket.write(`${JSON.stringify(order)}\n`);
    return JSON.parse(await this.nextLine()) as Status;
  }

  /** Resolves when the stand-in has ended. */
  async ended(): Promise<void> {
    // Not `once` of node:events, which rejects when the socket of a killed stand-in reports an error before it closes.
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once("close", resolve));
  }

  close(): void {
    this.socket.destroy();
  }

  private async nextLine(): Promise<string> {
    const line = await this.lines.next();
    if (line.done === true) throw new Error("The stand-in ended while a command used it.");
    return line.value;
  }
}

/** @param logged size of the log before the stand-in started */
function whyEnded(logFile: string, logged: number): string {
  const lines = readFileSync(logFile).subarray(logged).toString().split("\n");
  const [, reason = `see ${logFile}.`] = lines.map((line) => /^\w*Error: (.+)$/.exec(line)).find(Boolean) ?? [];
  return reason;
}

/** It may have ended before a command could connect to it, or after that. Both read the same. */
function notStarted(reason: string): Error {
  return new Error(`The stand-in did not start: ${reason}`);
}

/** The stand-in gets a process group of its own, so that a Ctrl-C in the terminal does not reach it. */
function start(folder: string, logFile: string, lasting: Lasting, program: string) {
  const log = openSync(logFile, "a", 0o600);
  const child = startModule("main", [folder, JSON.stringify(lasting)], {
    cwd: program,
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.unref();
  return child;
}

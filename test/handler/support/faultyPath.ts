import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What a network does to a connection, and when: after so many bytes in one of its directions. */
export interface Fault {
  /** Closed in order (FIN), broken off (RST), nothing more gets through and nobody is told, or all takes longer. */
  kind: "close" | "reset" | "silence" | "delay";
  direction: "toServer" | "toClient";
  /** Bytes that get through before. */
  after: number;
}

/** Milliseconds by which the fault `delay` holds up what comes later. */
const delay = 150;

/** Stands between a client and a server, relays bytes, and does to each connection what the plan says. */
export class FaultyPath {
  private readonly sockets = new Set<Socket>();
  private isHealed = false;
  private readonly server: Server;

  private constructor(
    private readonly target: number,
    /** The fault of the next connection. */
    private readonly plan: () => Fault | undefined,
  ) {
    this.server = createServer({ allowHalfOpen: true }, (client) => {
      this.relay(client);
    });
  }

  static async open(target: number, plan: () => Fault | undefined): Promise<FaultyPath> {
    const path = new FaultyPath(target, plan);
    path.server.listen(0, "127.0.0.1");
    await once(path.server, "listening");
    return path;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on nothing more happens, to old and new connections. One that has gone silent stays silent. */
  heal(): void {
    this.isHealed = true;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private relay(client: Socket): void {
    const fault = this.isHealed ? undefined : this.plan();
    const server = connect({ port: this.target, host: "127.0.0.1", allowHalfOpen: true });
    const ends = [client, server];
    let isSilent = false;
    for (const socket of ends) {
      this.sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.sockets.delete(socket));
    }
    const happen = (): void => {
      if (fault?.kind === "silence") isSilent = true;
      if (fault?.kind === "close") for (const socket of ends) socket.end();
      if (fault?.kind === "reset") for (const socket of ends) socket.resetAndDestroy();
    };
    const pass = (from: Socket, to: Socket, direction: Fault["direction"]): void => {
      let left = fault?.direction === direction ? fault.after : Infinity;
      const write = (bytes: Buffer): void => {
        if (!isSilent && to.writable) to.write(bytes);
      };
      from.on("data", (bytes: Buffer) => {
        const isDue = bytes.length > left && !this.isHealed;
        if (isDue && fault?.kind === "delay") {
          setTimeout(write, delay, bytes);
          return;
        }
        write(isDue ? bytes.subarray(0, left) : bytes);
        left = Math.max(0, left - bytes.length);
        if (isDue) happen();
      });
      // Whoever is silent does not hang up either.
      from.on("end", () => !isSilent && to.end());
      from.on("close", () => !isSilent && to.destroy());
    };
    pass(client, server, "toServer");
    pass(server, client, "toClient");
  }
}

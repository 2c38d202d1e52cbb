import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { connect as connectTls, type SecureContextOptions, TLSSocket } from "node:tls";

/** A command that a client sent: its number in the protocol, and what follows it. */
export interface Command {
  code: number;
  text: string;
}

/** One client's way to the server. */
interface Line {
  client: Socket;
  server: Socket;
  ends: Socket[];
  isSilent: boolean;
}

/**
 * Stands between clients and a MySQL server that speaks TLS, and sees what they say inside of it. It reads the client's commands,
 * counts how often the client waited for an answer, and can break the connections in the ways in which networks do.
 */
export class WireTap {
  readonly commands: Command[] = [];
  /** How often the client has sent something and had to wait, from the connection's first packet on. */
  waits = 0;
  private readonly lines = new Set<Line>();
  private readonly server: Server;

  /** @param certificate what the clients trust @param target port of the server on this machine */
  constructor(
    private readonly certificate: SecureContextOptions,
    private target: number,
  ) {
    this.server = createServer((client) => void this.relay(client).catch(() => client.destroy()));
  }

  async listen(): Promise<number> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return this.port;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.lines.size;
  }

  /** Ends all connections in order. */
  finish(): void {
    for (const { ends, client } of this.lines) {
      for (const end of ends) end.end();
      client.end();
    }
  }

  /** Breaks all connections off. */
  reset(): void {
    for (const { client } of this.lines) client.resetAndDestroy();
  }

  /** From now on nothing gets through on the connections that are open, and nobody is told. */
  goSilent(): void {
    for (const line of this.lines) line.isSilent = true;
  }

  close(): void {
    this.server.close();
    for (const { client, server } of this.lines) {
      client.destroy();
      server.destroy();
    }
  }

  private async relay(client: Socket): Promise<void> {
    const server = connect(this.target, "127.0.0.1");
    const line: Line = { client, server, ends: [], isSilent: false };
    this.lines.add(line);
    for (const socket of [client, server]) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.lines.delete(line);
        if (line.isSilent) return;
        client.destroy();
        server.destroy();
      });
    }
    // The greeting, and the client's wish for TLS, are the only packets in the clear.
    const [greeting] = (await once(server, "data")) as [Buffer];
    client.write(greeting);
    const [first] = (await once(client, "data")) as [Buffer];
    client.pause();
    // The client may have sent the beginning of TLS with it.
    const end = 4 + first.readUIntLE(0, 3);
    server.write(first.subarray(0, end));
    if (first.length > end) client.unshift(first.subarray(end));
    this.waits += 3; // for the connection, the greeting, and TLS 1.3
    const inner = new TLSSocket(client, { isServer: true, ...this.certificate });
    const outer = connectTls({ socket: server, rejectUnauthorized: false });
    line.ends = [inner, outer];
    inner.on("error", () => client.destroy());
    outer.on("error", () => server.destroy());
    let isAnswered = true;
    inner.on("data", (data: Buffer) => {
      if (isAnswered) this.waits++;
      isAnswered = false;
      this.read(data);
      if (!line.isSilent) outer.write(data);
    });
    outer.on("data", (data: Buffer) => {
      isAnswered = true;
      if (!line.isSilent) inner.write(data);
    });
    inner.on("end", () => !line.isSilent && outer.end());
    outer.on("end", () => !line.isSilent && inner.end());
  }

  /** A packet with the sequence number 0 begins a command. */
  private read(data: Buffer): void {
    for (let at = 0; at + 4 < data.length;) {
      const length = data.readUIntLE(at, 3);
      if (data[at + 3] === 0) {
        this.commands.push({ code: data[at + 4] ?? 0, text: data.toString("utf8", at + 5, at + 4 + length) });
      }
      at += 4 + length;
    }
  }
}

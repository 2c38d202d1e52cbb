import { connect, type Socket } from "node:net";
import { mysqlNativeScramble, scramble } from "../../../../local/rdsProxy/auth/scrambles";
import { Capability } from "../../../../local/rdsProxy/protocol/constants";
import { parseGreeting, writeHandshakeResponse } from "../../../../local/rdsProxy/protocol/handshake";
import { packet, payloads } from "../../../../local/rdsProxy/protocol/packets";
import { decodeTextResult } from "../../../../local/rdsProxy/protocol/textResult";
import { masterPassword, masterUser } from "./harness";

/** PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, LENENC, MULTI_RESULTS, TRANSACTIONS. */
export const clientCapabilities = 0x2aa201;

export interface RawOptions {
  /** The client asks for these where the server offers them. */
  capabilities?: number;
  /** MariaDB's. */
  extended?: number;
  collation?: number;
  database?: string;
}

/** A simple client that can send what drivers cannot. Logs in without TLS. */
export class RawClient {
  private received: Buffer = Buffer.alloc(0);

  private notify: () => void = () => undefined;

  /** The connection id in the greeting. */
  threadId = 0;
  /** What the server offered in its greeting. */
  offered = { capabilities: 0, extended: 0 };
  /** The capabilities that both sides have. */
  agreed = 0;
  /** The OK packet at the end of the log-in. */
  welcome: Buffer = Buffer.alloc(0);

  private constructor(readonly socket: Socket) {
    socket.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.notify();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.notify();
    });
  }

  /**
   * Connects to a proxy that is set to mysql_native_password, or to a server that knows the password already, as it
   * does after another client's log-in.
   */
  static async connect(port: number, password = masterPassword, options: RawOptions = {}): Promise<RawClient> {
    const { capabilities = clientCapabilities, extended = 0, collation = 45, database = "" } = options;
    const socket = connect(port, "127.0.0.1");
    const client = new RawClient(socket);
    const greeting = parseGreeting((await client.until((packets) => packets.length > 0))[0] ?? Buffer.alloc(0));
    client.threadId = greeting.threadId;
    client.offered = { capabilities: greeting.capabilities, extended: greeting.extended };
    // The server's answers have the form of what both sides have.
    client.agreed = capabilities & (greeting.capabilities | Capability.CONNECT_WITH_DB);
    const response = writeHandshakeResponse({
      capabilities: client.agreed | (database === "" ? 0 : Capability.CONNECT_WITH_DB),
      extended: extended & greeting.extended,
      collation,
      user: masterUser,
      authResponse: mysqlNativeScramble(password, greeting.nonce),
      database: Buffer.from(database),
      plugin: "mysql_native_password",
    });
    socket.write(packet(1, response));
    let [answer = Buffer.alloc(0)] = await client.until((packets) => packets.length > 0);
    if (answer[0] === 0xfe) {
      const end = answer.indexOf(0, 1);
      const plugin = answer.toString("latin1", 1, end);
      const nonce = answer.subarray(end + 1, end + 21);
      socket.write(packet(3, scramble(plugin, password, nonce)));
      const packets = await client.until((all) => [0, 0xff].includes(all.at(-1)?.[0] ?? 1));
      answer = packets.at(-1) ?? Buffer.alloc(0);
    }
    if (answer[0] === 0xff) throw new Error(answer.toString("latin1"));
    client.welcome = answer;
    return client;
  }

  /** Waits until `done` accepts the packets that have arrived, and takes them. */
  private async until(done: (packets: Buffer[]) => boolean): Promise<Buffer[]> {
    for (;;) {
      if (complete(this.received)) {
        const packets = payloads(this.received);
        if (packets.length > 0 && done(packets)) {
          this.received = Buffer.alloc(0);
          return packets;
        }
      }
      if (this.socket.destroyed || this.socket.readableEnded) throw new Error("the proxy closed the connection");
      await new Promise<void>((resolve) => (this.notify = resolve));
    }
  }

  /** Sends a command and takes the packets of its reply. */
  reply(command: number, argument: Buffer | string, done: (packets: Buffer[]) => boolean): Promise<Buffer[]> {
    this.socket.write(packet(0, Buffer.of(command), Buffer.from(argument)));
    return this.until(done);
  }

  /** Sends a command whose reply is one packet. Returns the packet with its header. */
  async command(command: number, argument: Buffer | string = ""): Promise<Buffer> {
    const [payload = Buffer.alloc(0)] = await this.reply(command, argument, () => true);
    return packet(1, payload);
  }

  /** The first value of a query's first row. */
  async text(sql: string): Promise<string | null | undefined> {
    const deprecateEof = (this.agreed & Capability.DEPRECATE_EOF) !== 0;
    const isEnd = (p: Buffer): boolean => p[0] === 0xfe && p.length < (deprecateEof ? 12 : 9);
    const ends = deprecateEof ? 1 : 2;
    const packets = await this.reply(3, sql, (all) => all[0]?.[0] === 0xff || all.filter(isEnd).length === ends);
    return decodeTextResult(Buffer.concat(packets.map((payload) => packet(0, payload))), deprecateEof)[0]?.[0];
  }

  close(): void {
    this.socket.destroy();
  }
}

function complete(bytes: Buffer): boolean {
  let at = 0;
  while (at + 4 <= bytes.length) at += 4 + bytes.readUIntLE(at, 3);
  return at === bytes.length;
}

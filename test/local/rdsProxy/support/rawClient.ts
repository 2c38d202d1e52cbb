import { connect, type Socket } from "node:net";
import { mysqlNativeScramble } from "../../../../local/rdsProxy/auth/scrambles";
import { parseGreeting, writeHandshakeResponse } from "../../../../local/rdsProxy/protocol/handshake";
import { packet, payloads } from "../../../../local/rdsProxy/protocol/packets";
import { decodeTextResult } from "../../../../local/rdsProxy/protocol/textResult";
import { masterPassword, masterUser } from "./harness";

/** PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, LENENC, MULTI_RESULTS, TRANSACTIONS. */
const clientCapabilities = 0x2aa201;

/** A simple client that can send what drivers cannot. Logs in without TLS. */
export class RawClient {
  private received: Buffer = Buffer.alloc(0);

  private notify: () => void = () => undefined;

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

  static async connect(port: number, password = masterPassword): Promise<RawClient> {
    const socket = connect(port, "127.0.0.1");
    const client = new RawClient(socket);
    const greeting = parseGreeting((await client.until((packets) => packets.length > 0))[0] ?? Buffer.alloc(0));
    const response = writeHandshakeResponse({
      capabilities: clientCapabilities,
      collation: 45,
      user: masterUser,
      authResponse: mysqlNativeScramble(password, greeting.nonce),
      database: Buffer.alloc(0),
      plugin: "mysql_native_password",
    });
    socket.write(packet(1, response));
    let [answer] = await client.until((packets) => packets.length > 0);
    if (answer?.[0] === 0xfe) throw new Error("the proxy must be set to mysql_native_password for a RawClient");
    answer ??= Buffer.alloc(0);
    if (answer[0] === 0xff) throw new Error(answer.toString("latin1"));
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
    const isEof = (p: Buffer): boolean => p[0] === 0xfe && p.length < 9;
    const packets = await this.reply(3, sql, (all) => all[0]?.[0] === 0xff || all.filter(isEof).length === 2);
    return decodeTextResult(Buffer.concat(packets.map((payload) => packet(0, payload))))[0]?.[0];
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

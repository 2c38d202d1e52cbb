import { encryptPassword } from "../auth/rsaKey";
import { scramble } from "../auth/scrambles";
import { cachingSha2Password, mysqlNativePassword } from "../protocol/authPlugins";
import { type Packet, PacketReader } from "../protocol/packetReader";
import { DatabaseError, packet } from "../protocol/packets";

/** Authenticates the proxy again after it has sent COM_CHANGE_USER to the database. */
export class ChangeUserReply {
  private readonly reader = new PacketReader(64 * 1024);
  private plugin = "";
  private nonce: Buffer = Buffer.alloc(20);
  private awaitsKey = false;

  constructor(
    private readonly password: string,
    private readonly encrypted: boolean,
    private readonly write: (bytes: Buffer) => void,
    private readonly resolve: () => void,
    private readonly reject: (error: Error) => void,
  ) {}

  push(chunk: Buffer): void {
    try {
      this.reader.push(chunk);
      for (let next = this.reader.next(); next !== undefined; next = this.reader.next()) this.answer(next);
    } catch (error) {
      this.reject(error as Error);
    }
  }

  fail(error: Error): void {
    this.reject(error);
  }

  private answer({ payload, sequence }: Packet): void {
    const send = (bytes: Buffer): void => {
      this.write(packet(sequence + 1, bytes));
    };
    if (payload[0] === 0x00) {
      this.resolve();
    } else if (payload[0] === 0xff) {
      throw DatabaseError.parse(payload);
    } else if (payload[0] === 0xfe) {
      const end = payload.indexOf(0, 1);
      this.plugin = payload.toString("latin1", 1, end);
      this.nonce = Buffer.from(payload.subarray(end + 1, end + 21));
      if (this.plugin !== mysqlNativePassword && this.plugin !== cachingSha2Password) {
        throw new Error(
          `the database asks for the authentication plugin ${this.plugin}, which the proxy does not know`,
        );
      }
      send(scramble(this.plugin, this.password, this.nonce));
    } else if (this.awaitsKey) {
      this.awaitsKey = false;
      send(encryptPassword(payload.subarray(1).toString("latin1"), this.password, this.nonce));
    } else if (payload[0] === 0x01 && payload[1] === 4) {
      this.awaitsKey = !this.encrypted;
      send(this.encrypted ? Buffer.from(`${this.password}\0`) : Buffer.of(2));
    }
  }
}

import { constants, publicEncrypt } from "node:crypto";
import { cachingSha2, NATIVE, xor } from "../auth/scrambles";
import { type Packet, PacketReader } from "../protocol/packetReader";
import { DatabaseError, packet } from "../protocol/packets";
import { scramble } from "./login";

/** Authenticates anew after COM_CHANGE_USER. */
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
      for (let next = this.reader.next(); next; next = this.reader.next()) this.answer(next);
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
      if (this.plugin !== NATIVE && this.plugin !== cachingSha2) throw new Error(`unknown plugin ${this.plugin}`);
      send(scramble(this.plugin, this.password, this.nonce));
    } else if (this.awaitsKey) {
      this.awaitsKey = false;
      const key = payload.subarray(1).toString("latin1");
      const plain = xor(Buffer.from(`${this.password}\0`), this.nonce);
      send(publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING }, plain));
    } else if (payload[0] === 0x01 && payload[1] === 4) {
      this.awaitsKey = !this.encrypted;
      send(this.encrypted ? Buffer.from(`${this.password}\0`) : Buffer.of(2));
    }
  }
}

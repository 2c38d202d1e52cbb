import { headerBytes } from "./constants";

export class PacketTooLarge extends Error {
  constructor(length: number, limit: number) {
    super(`the packet has ${length} bytes, and at most ${limit} are allowed`);
  }
}

export interface Packet {
  sequence: number;
  payload: Buffer;
}

/** Collects whole small packets during a log-in. Holds at most one packet of `limit` bytes and one chunk. */
export class PacketReader {
  private buffered: Buffer = Buffer.alloc(0);

  constructor(private readonly limit: number) {}

  push(chunk: Buffer): void {
    this.buffered = this.buffered.length === 0 ? chunk : Buffer.concat([this.buffered, chunk]);
  }

  next(): Packet | undefined {
    if (this.buffered.length < headerBytes) return undefined;
    const length = this.buffered.readUIntLE(0, 3);
    if (length > this.limit) throw new PacketTooLarge(length, this.limit);
    if (this.buffered.length < headerBytes + length) return undefined;
    const sequence = this.buffered.readUInt8(3);
    const payload = this.buffered.subarray(headerBytes, headerBytes + length);
    this.buffered = this.buffered.subarray(headerBytes + length);
    return { sequence, payload };
  }

  /** Takes the bytes that have arrived after the last packet. */
  rest(): Buffer {
    const rest = this.buffered;
    this.buffered = Buffer.alloc(0);
    return rest;
  }
}

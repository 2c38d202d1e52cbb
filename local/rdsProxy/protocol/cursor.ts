/** The payload ends before the value that the proxy wants to read, so it is malformed. */
export class TruncatedPacket extends Error {
  constructor() {
    super("the packet ends too early");
  }
}

/** Reads MySQL's basic types from a payload, front to back. */
export class Cursor {
  constructor(
    private readonly bytes: Buffer,
    private position = 0,
  ) {}

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  take(length: number): Buffer {
    if (length > this.remaining) throw new TruncatedPacket();
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  uint(length: 1 | 2 | 3 | 4): number {
    return this.take(length).readUIntLE(0, length);
  }

  /** Reads a length-encoded integer. Undefined stands for NULL (0xfb), as in a text row. */
  lengthEncodedInteger(): bigint | undefined {
    const first = this.uint(1);
    if (first < 0xfb) return BigInt(first);
    if (first === 0xfb) return undefined;
    if (first === 0xfc) return BigInt(this.uint(2));
    if (first === 0xfd) return BigInt(this.uint(3));
    if (first === 0xfe) return this.take(8).readBigUInt64LE();
    throw new TruncatedPacket();
  }

  lengthEncodedBytes(): Buffer | undefined {
    const length = this.lengthEncodedInteger();
    if (length === undefined) return undefined;
    if (length > BigInt(this.remaining)) throw new TruncatedPacket();
    return this.take(Number(length));
  }

  nulTerminated(): Buffer {
    const end = this.bytes.indexOf(0, this.position);
    if (end < 0) throw new TruncatedPacket();
    const value = this.bytes.subarray(this.position, end);
    this.position = end + 1;
    return value;
  }

  rest(): Buffer {
    return this.take(this.remaining);
  }
}

export function uint(value: number, length: 1 | 2 | 3 | 4): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntLE(value, 0, length);
  return bytes;
}

export function lengthEncoded(value: Buffer | string): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  if (bytes.length < 0xfb) return Buffer.concat([uint(bytes.length, 1), bytes]);
  if (bytes.length <= 0xffff) return Buffer.concat([uint(0xfc, 1), uint(bytes.length, 2), bytes]);
  if (bytes.length <= 0xffffff) return Buffer.concat([uint(0xfd, 1), uint(bytes.length, 3), bytes]);
  throw new RangeError("the proxy cannot write a value of 16 MB or more");
}

export function nulTerminated(value: Buffer | string): Buffer {
  return Buffer.concat([Buffer.from(value), Buffer.of(0)]);
}

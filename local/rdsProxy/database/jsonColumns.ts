import { headerBytes } from "../protocol/constants";
import { Cursor, uint } from "../protocol/cursor";
import type { ReplyTracker } from "../protocol/replyTracker";

/** The kind of MariaDB's extended metadata that names a format. */
const formatKind = 1;
/** How MySQL defines a JSON column: the type, the collation `binary`, and the flags BLOB and BINARY. */
const jsonType = 245;
const binaryCollation = 63;
const jsonFlags = 0x90;
/** The first byte of a column definition: the length of the catalog's name, "def". */
const definitionMark = 3;
/** The number of names in a column definition. */
const names = 6;

/**
 * Makes the replies of a MariaDB server look like MySQL's to a client that knows no MariaDB: takes MariaDB's extended
 * metadata out of column definitions, and gives JSON columns, which are text to MariaDB, the type that MySQL gives them:
 * https://mariadb.com/docs/server/reference/clientserver-protocol/4-server-response-packets/result-set-packets
 */
export class JsonColumns {
  private bytes: Buffer = Buffer.alloc(0);
  /** How much of the current packet is still to come. */
  private left = 0;

  /** @param isUtf8 tells whether a collation's number belongs to UTF-8, in which MySQL sends JSON */
  constructor(private readonly isUtf8: (collation: number) => boolean) {}

  push(chunk: Buffer): void {
    this.bytes = this.bytes.length === 0 ? chunk : Buffer.concat([this.bytes, chunk]);
  }

  get size(): number {
    return this.bytes.length;
  }

  /** Takes the next packet of the reply, or a part of one. Undefined if more bytes have to come first. */
  next(tracker: ReplyTracker): Buffer | undefined {
    if (this.left === 0) {
      if (this.bytes.length < headerBytes) return undefined;
      const size = headerBytes + this.bytes.readUIntLE(0, 3);
      if (tracker.expectsDefinition) {
        if (this.bytes.length < size) return undefined;
        const packet = this.take(size);
        return packet[headerBytes] === definitionMark ? this.rewritten(packet) : packet;
      }
      this.left = size;
    }
    if (this.bytes.length === 0) return undefined;
    const part = this.take(Math.min(this.left, this.bytes.length));
    this.left -= part.length;
    return part;
  }

  private take(length: number): Buffer {
    const taken = this.bytes.subarray(0, length);
    this.bytes = this.bytes.subarray(length);
    return taken;
  }

  private rewritten(packet: Buffer): Buffer {
    const cursor = new Cursor(packet, headerBytes);
    for (let name = 0; name < names; name++) cursor.lengthEncodedBytes();
    const start = packet.length - cursor.remaining;
    const extended = cursor.lengthEncodedBytes() ?? Buffer.alloc(0);
    const fixed = cursor.rest();
    const size = uint(start - headerBytes + fixed.length, 3);
    const result = Buffer.concat([size, packet.subarray(3, start), fixed]);
    // Length, collation, width, type, flags.
    if (isJson(extended) && this.isUtf8(fixed.readUInt16LE(1))) {
      result.writeUInt16LE(binaryCollation, start + 1);
      result.writeUInt8(jsonType, start + 7);
      result.writeUInt16LE(fixed.readUInt16LE(8) | jsonFlags, start + 8);
    }
    return result;
  }
}

function isJson(extended: Buffer): boolean {
  const cursor = new Cursor(extended);
  while (cursor.remaining > 0) {
    const kind = cursor.uint(1);
    const value = cursor.lengthEncodedBytes();
    if (kind === formatKind && value?.toString("latin1") === "json") return true;
  }
  return false;
}

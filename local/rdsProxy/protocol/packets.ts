import { Command, type ErrorKind, headerBytes, Status } from "./constants";
import { lengthEncoded, uint } from "./cursor";

/** The type of a session's change in an OK packet: SESSION_TRACK_SCHEMA. */
const sessionTrackSchema = 1;

/** Puts the four-byte header before a payload of less than 16 MB. */
export function packet(sequence: number, ...payload: Buffer[]): Buffer {
  let length = 0;
  for (const part of payload) length += part.length;
  return Buffer.concat([uint(length, 3), Buffer.of(sequence & 0xff), ...payload]);
}

export function okPacket(sequence: number, status: number, info = ""): Buffer {
  return packet(sequence, Buffer.of(0, 0, 0), uint(status, 2), uint(0, 2), Buffer.from(info));
}

/** An OK packet that tells a client with CLIENT_SESSION_TRACK its new default schema. */
export function schemaChangedPacket(sequence: number, status: number, schema: Buffer): Buffer {
  const change = Buffer.concat([Buffer.of(sessionTrackSchema), lengthEncoded(lengthEncoded(schema))]);
  const flags = uint(status | Status.SESSION_STATE_CHANGED, 2);
  return packet(sequence, Buffer.of(0, 0, 0), flags, uint(0, 2), lengthEncoded(""), lengthEncoded(change));
}

/** The packet that ends a result set. With CLIENT_DEPRECATE_EOF, it is an OK packet with the first byte of an EOF packet. */
export function eofPacket(sequence: number, status: number, deprecateEof = false): Buffer {
  return deprecateEof
    ? packet(sequence, Buffer.of(0xfe, 0, 0), uint(status, 2), uint(0, 2))
    : packet(sequence, Buffer.of(0xfe), uint(0, 2), uint(status, 2));
}

export function errorPacket(sequence: number, kind: ErrorKind, message: string): Buffer {
  return packet(sequence, Buffer.of(0xff), uint(kind.code, 2), Buffer.from(`#${kind.state}${message}`));
}

/** AuthSwitchRequest: asks the client to go on with another plugin and a fresh nonce. */
export function authSwitchPacket(sequence: number, plugin: string, nonce: Buffer): Buffer {
  return packet(sequence, Buffer.of(0xfe), Buffer.from(`${plugin}\0`), nonce, Buffer.of(0));
}

/** AuthMoreData: the next message of a plugin. */
export function authMoreData(sequence: number, data: Buffer): Buffer {
  return packet(sequence, Buffer.of(1), data);
}

/** The error in an ERR packet. */
export class DatabaseError extends Error {
  constructor(
    readonly code: number,
    readonly sqlState: string,
    message: string,
  ) {
    super(message);
  }

  static parse(payload: Buffer): DatabaseError {
    if (payload.length < 3) return new DatabaseError(2027, "HY000", "malformed error packet");
    const marked = payload[3] === 0x23;
    const state = marked ? payload.toString("latin1", 4, 9) : "HY000";
    return new DatabaseError(payload.readUInt16LE(1), state, payload.toString("utf8", marked ? 9 : 3));
  }
}

/** A whole command with its header. The argument is text for COM_INIT_DB. */
export function commandPacket(command: number, argument: Buffer | string = ""): Buffer {
  return packet(0, Buffer.of(command), Buffer.from(argument));
}

/** What stands in front of the text of a query without attributes: no parameters, in one set. */
const noAttributes = Buffer.of(0, 1);

/** COM_QUERY. With CLIENT_QUERY_ATTRIBUTES, the text comes after the query's attributes, of which there are none. */
export function queryPacket(sql: string, queryAttributes: boolean): Buffer {
  return packet(0, Buffer.of(Command.QUERY), queryAttributes ? noAttributes : Buffer.alloc(0), Buffer.from(sql));
}

/** Splits the bytes of complete packets into their payloads. */
export function payloads(bytes: Buffer): Buffer[] {
  const result: Buffer[] = [];
  for (let at = 0; at + headerBytes <= bytes.length;) {
    const end = at + headerBytes + bytes.readUIntLE(at, 3);
    result.push(bytes.subarray(at + headerBytes, end));
    at = end;
  }
  return result;
}

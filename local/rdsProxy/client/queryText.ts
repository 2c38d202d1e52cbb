import { headerBytes } from "../protocol/constants";
import { Cursor, TruncatedPacket } from "../protocol/cursor";
import type { Dialect } from "../protocol/dialect";

/** Bytes of a value by its type. The values of types that are not here begin with their length. */
const fixedLengths = new Map([
  [1, 1], // TINYINT
  [2, 2], // SMALLINT
  [3, 4], // INT
  [4, 4], // FLOAT
  [5, 8], // DOUBLE
  [6, 0], // NULL
  [8, 8], // BIGINT
  [9, 4], // MEDIUMINT
  [13, 2], // YEAR
]);

/**
 * Where the text begins in the packet of a COM_QUERY. Behind CLIENT_QUERY_ATTRIBUTES, the query's attributes come
 * first: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query.html.
 *
 * @throws TruncatedPacket when the attributes are malformed
 */
export function textStart(packet: Buffer, { queryAttributes }: Dialect): number {
  const start = headerBytes + 1;
  if (!queryAttributes) return start;
  // No attributes, in one set.
  if (packet[start] === 0 && packet[start + 1] === 1) return start + 2;
  const cursor = new Cursor(packet, start);
  const count = Number(cursor.lengthEncodedInteger() ?? 0n);
  cursor.lengthEncodedInteger();
  // Each attribute has a type and a name, of three bytes or more.
  if (count * 3 > cursor.remaining) throw new TruncatedPacket();
  if (count > 0) skipAttributes(cursor, count);
  return packet.length - cursor.remaining;
}

function skipAttributes(cursor: Cursor, count: number): void {
  const nulls = cursor.take((count + 7) >> 3);
  // Attributes always come with their types and names.
  if (cursor.uint(1) !== 1) throw new TruncatedPacket();
  const types: number[] = [];
  for (let index = 0; index < count; index++) {
    types.push(cursor.uint(2) & 0xff);
    cursor.lengthEncodedBytes();
  }
  for (const [index, type] of types.entries()) {
    if (((nulls[index >> 3] ?? 0) & (1 << (index & 7))) !== 0) continue;
    const length = fixedLengths.get(type);
    if (length === undefined) cursor.lengthEncodedBytes();
    else cursor.take(length);
  }
}

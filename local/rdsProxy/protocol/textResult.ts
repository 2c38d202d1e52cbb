import { Cursor } from "./cursor";
import { DatabaseError, payloads } from "./packets";

export type TextRow = (string | null)[];

/** Decodes the reply to one of the proxy's own short queries. Throws a DatabaseError when the reply is an error. */
export function decodeTextResult(reply: Buffer): TextRow[] {
  const packets = payloads(reply);
  const first = packets[0];
  if (first === undefined) return [];
  if (first[0] === 0xff) throw DatabaseError.parse(first);
  if (first[0] === 0x00 || (first[0] === 0xfe && first.length < 9)) return [];
  const columns = Number(new Cursor(first).lengthEncodedInteger());
  const rows: TextRow[] = [];
  for (const payload of packets.slice(1 + columns + 1)) {
    if (payload[0] === 0xff) throw DatabaseError.parse(payload);
    if (payload[0] === 0xfe && payload.length < 9) break;
    const cursor = new Cursor(payload);
    rows.push(Array.from({ length: columns }, () => cursor.lengthEncodedBytes()?.toString() ?? null));
  }
  return rows;
}

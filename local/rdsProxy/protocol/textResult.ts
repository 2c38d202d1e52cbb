import { Cursor } from "./cursor";
import { DatabaseError, payloads } from "./packets";

const fixedPartBytes = 12;

/** The collation's number in the definition of the first column. Undefined if the reply is not rows. */
export function firstCollation(reply: Buffer): number | undefined {
  const definition = payloads(reply)[1];
  if (definition === undefined) return undefined;
  const cursor = new Cursor(definition);
  // Catalog, schema, table, original table, name, original name.
  for (let name = 0; name < 6; name++) cursor.lengthEncodedBytes();
  let fixed = cursor.lengthEncodedBytes();
  // MariaDB's extended metadata come first if the connection has them.
  if (fixed !== undefined && fixed.length < fixedPartBytes) fixed = cursor.lengthEncodedBytes();
  return fixed?.readUInt16LE(0);
}

export type TextRow = (string | null)[];

/** Decodes the reply to one of the proxy's own short queries. Throws a DatabaseError when the reply is an error. */
export function decodeTextResult(reply: Buffer, deprecateEof = false): TextRow[] {
  const packets = payloads(reply);
  const first = packets[0];
  if (first === undefined) return [];
  if (first[0] === 0xff) throw DatabaseError.parse(first);
  if (first[0] === 0x00 || (first[0] === 0xfe && first.length < 9)) return [];
  const columns = Number(new Cursor(first).lengthEncodedInteger());
  const rows: TextRow[] = [];
  for (const payload of packets.slice(1 + columns + (deprecateEof ? 0 : 1))) {
    if (payload[0] === 0xff) throw DatabaseError.parse(payload);
    if (payload[0] === 0xfe && payload.length < 9) break;
    const cursor = new Cursor(payload);
    rows.push(Array.from({ length: columns }, () => cursor.lengthEncodedBytes()?.toString() ?? null));
  }
  return rows;
}

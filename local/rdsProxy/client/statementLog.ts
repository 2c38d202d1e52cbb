import { Command, headerBytes } from "../protocol/constants";
import { TruncatedPacket } from "../protocol/cursor";
import type { Dialect } from "../protocol/dialect";
import { textStart } from "./queryText";

const maxLoggedBytes = 1024;
const mayHoldPassword = /identified|password/i;

/** The text of a query's packet, or of one that prepares a query, as the log may show it. */
export function loggableText(bytes: Buffer, dialect: Dialect): string {
  if (mayHoldPassword.test(bytes.toString("latin1"))) return "(not shown, since it may hold a password)";
  try {
    const start = bytes[headerBytes] === Command.QUERY ? textStart(bytes, dialect) : headerBytes + 1;
    return bytes.toString("utf8", start, start + maxLoggedBytes);
  } catch (error) {
    if (error instanceof TruncatedPacket) return "(malformed)";
    throw error;
  }
}

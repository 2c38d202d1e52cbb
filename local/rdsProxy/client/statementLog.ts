import { headerBytes } from "../protocol/constants";

const maxLoggedBytes = 1024;
const mayHoldPassword = /identified|password/i;

/** The text of a query's packet, as the log may show it. */
export function loggableText(bytes: Buffer): string {
  if (mayHoldPassword.test(bytes.toString("latin1", headerBytes + 1))) {
    return "(not shown, since it may hold a password)";
  }
  return bytes.toString("utf8", headerBytes + 1, headerBytes + 1 + maxLoggedBytes);
}

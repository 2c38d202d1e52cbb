import { BorrowTimeout } from "../database/borrowQueue";
import { type ErrorKind, ServerError } from "../protocol/constants";
import { DatabaseError, errorPacket } from "../protocol/packets";

/** The proxy has refused a log-in. The client is told `kind` and the message, unless `kind` is undefined. */
export class LoginRefused extends Error {
  constructor(
    readonly kind: ErrorKind | undefined,
    message: string,
    readonly user = "",
  ) {
    super(message);
  }
}

/** The words of MySQL's error 1045. */
export function accessDenied(user: string, usingPassword: boolean): string {
  return `Access denied for user '${user}'@'%' (using password: ${usingPassword ? "YES" : "NO"})`;
}

/** The packet for a client whose session could not get a database connection in its state. */
export function loginError(sequence: number, error: Error): Buffer {
  if (error instanceof BorrowTimeout) {
    return errorPacket(sequence, ServerError.BORROW_TIMEOUT, "Timed-out waiting to acquire database connection");
  }
  if (error instanceof DatabaseError) {
    return errorPacket(sequence, { code: error.code, state: error.sqlState }, error.message);
  }
  return errorPacket(sequence, ServerError.UNKNOWN, "Unknown error");
}

/**
 * Why a session must keep its database connection until it ends. The conditions are those of
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html. Where that page is silent, anything
 * that could leave state behind pins. AWS may be more or less strict there.
 */
export const PinReason = {
  LONG_STATEMENT: "a statement is longer than 16 KB",
  PREPARED: "a prepared statement",
  LOCK_TABLES: "an explicit table lock",
  GET_LOCK: "a named lock (GET_LOCK)",
  TEMPORARY_TABLE: "a temporary table",
  USER_VARIABLE: "a user variable",
  SET: "a SET statement for something that the proxy does not track",
  ROW_FUNCTION: "ROW_COUNT() or FOUND_ROWS() in a larger statement",
  HANDLER: "an open HANDLER",
  XA: "an XA transaction",
  SEQUENCE: "the last value of a sequence",
  UNKNOWN: "a statement that the proxy cannot judge",
} as const;

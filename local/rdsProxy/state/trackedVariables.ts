/**
 * The session variables that RDS Proxy tracks. Setting one of them does not pin the session. The list and the two
 * variables below are from https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html.
 */
export const trackedVariables = [
  "autocommit",
  "auto_increment_increment",
  "character_set_client",
  "character_set_connection",
  "character_set_filesystem",
  "character_set_results",
  "character_set_server",
  "collation_connection",
  "collation_server",
  "interactive_timeout",
  "net_write_timeout",
  "query_cache_type",
  "session_track_schema",
  "sql_mode",
  "time_zone",
  "transaction_isolation",
  "transaction_read_only",
  "tx_isolation",
  "tx_read_only",
  "wait_timeout",
] as const;

export type TrackedVariable = (typeof trackedVariables)[number];

/** Two names for one setting. Each USE gives it the value of the new default schema; see SessionState. */
const schemaVariables = ["character_set_database", "collation_database"];

const trackedNames = new Set<string>([...trackedVariables, ...schemaVariables]);

export function isTracked(name: string): boolean {
  return trackedNames.has(name);
}

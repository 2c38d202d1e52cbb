/**
 * Session variables that RDS Proxy tracks instead of pinning the session when they are set:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html. That page also has the two below.
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

/** Two views of one setting, which goes back to the default schema's own with each USE; see SessionState. */
const ofTheSchema = ["character_set_database", "collation_database"];

const TRACKED = new Set<string>([...trackedVariables, ...ofTheSchema]);

export const isTracked = (name: string): boolean => TRACKED.has(name);

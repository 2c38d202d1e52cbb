/**
 * Session variables that RDS Proxy tracks instead of pinning the session when they are set:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html. `character_set_database` and
 * `collation_database`, also on that page, follow the default schema and are deprecated to set; setting them pins here.
 */
export const TRACKED_VARIABLES = [
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

const TRACKED = new Set<string>(TRACKED_VARIABLES);

export const isTracked = (name: string): boolean => TRACKED.has(name);

import type { Fields } from "../base/fields";
import type { Engine } from "./engines";

/** Parameters of a database by name, as their user gives them. */
export type Parameters = Record<string, string>;

/**
 * Parameters that a running database takes up at once. RDS refuses that for static ones, so every parameter that is not in this
 * list waits for a restart. By MySQL's manual; whether RDS agrees on each of them is unverified:
 * `aws rds describe-engine-default-parameters --db-parameter-group-family mysql8.4` shows RDS's own list.
 * https://dev.mysql.com/doc/refman/8.4/en/dynamic-system-variables.html
 */
const dynamicParameters = new Set([
  "binlog_format",
  "character_set_server",
  "collation_server",
  "connect_timeout",
  "event_scheduler",
  "general_log",
  "group_concat_max_len",
  "innodb_flush_log_at_trx_commit",
  "innodb_io_capacity",
  "innodb_lock_wait_timeout",
  "innodb_print_all_deadlocks",
  "interactive_timeout",
  "join_buffer_size",
  "local_infile",
  "lock_wait_timeout",
  "log_bin_trust_function_creators",
  "log_output",
  "log_queries_not_using_indexes",
  "long_query_time",
  "max_allowed_packet",
  "max_connect_errors",
  "max_connections",
  "max_execution_time",
  "max_heap_table_size",
  "max_prepared_stmt_count",
  "net_read_timeout",
  "net_write_timeout",
  "optimizer_switch",
  "read_buffer_size",
  "read_rnd_buffer_size",
  "require_secure_transport",
  "slow_query_log",
  "sort_buffer_size",
  "sql_mode",
  "table_definition_cache",
  "table_open_cache",
  "thread_cache_size",
  "time_zone",
  "tmp_table_size",
  "wait_timeout",
]);

/**
 * @param requireTls whether the database refuses connections without TLS, unless the parameters say otherwise
 */
export function checkParameters(
  given: Fields<{ parameters?: Parameters | undefined }>,
  { secureTransport }: Engine,
  { engineVersion, requireTls }: { engineVersion: string; requireTls: boolean },
): Parameters {
  const parameters = given.record("parameters", "the parameters' names and values") ?? {};
  for (const [name, value] of Object.entries(parameters)) {
    const argument = `${given.name("parameters")}.${name}`;
    given.check.matching(argument, value, /^/, "parameter groups store texts: put the value in quotes");
  }
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations
  const readOnly = parameters.read_only ?? "";
  const rule = "RDS Proxy does not work with a database that only reads: leave it out";
  given.check.matching(`${given.name("parameters")}.read_only`, readOnly, /^(?!(1|on)$)/i, rule);
  const isSet = requireTls && !secureTransport.isDefault.test(engineVersion);
  const secure: Parameters = isSet ? { require_secure_transport: secureTransport.on } : {};
  return { ...secure, ...(parameters as Parameters) };
}

/** The form that parameter groups take. */
export function parametersOf(parameters: Parameters) {
  return Object.entries(parameters).map(([name, value]) => ({
    name,
    value,
    applyMethod: dynamicParameters.has(name) ? "immediate" : "pending-reboot",
  }));
}

/** Parameters that a running database takes up when it restarts. */
export function staticParameters(parameters: Parameters): string[] {
  return Object.keys(parameters).filter((name) => !dynamicParameters.has(name));
}

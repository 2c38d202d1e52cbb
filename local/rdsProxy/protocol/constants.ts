/** Names and numbers of MySQL's client/server protocol, as its "MySQL Source Code Documentation" has them. */

export const Capability = {
  LONG_PASSWORD: 1 << 0,
  FOUND_ROWS: 1 << 1,
  LONG_FLAG: 1 << 2,
  CONNECT_WITH_DB: 1 << 3,
  COMPRESS: 1 << 5,
  LOCAL_FILES: 1 << 7,
  IGNORE_SPACE: 1 << 8,
  PROTOCOL_41: 1 << 9,
  INTERACTIVE: 1 << 10,
  SSL: 1 << 11,
  TRANSACTIONS: 1 << 13,
  SECURE_CONNECTION: 1 << 15,
  MULTI_STATEMENTS: 1 << 16,
  MULTI_RESULTS: 1 << 17,
  PS_MULTI_RESULTS: 1 << 18,
  PLUGIN_AUTH: 1 << 19,
  CONNECT_ATTRS: 1 << 20,
  PLUGIN_AUTH_LENENC_CLIENT_DATA: 1 << 21,
  SESSION_TRACK: 1 << 23,
  DEPRECATE_EOF: 1 << 24,
  QUERY_ATTRIBUTES: 1 << 27,
} as const;

/**
 * MariaDB's capabilities beyond the 32 bits of MySQL's. A server that has them leaves out CLIENT_LONG_PASSWORD, which
 * MariaDB calls CLIENT_MYSQL: https://mariadb.com/docs/server/reference/clientserver-protocol/1-connecting/connection
 */
export const MariadbCapability = {
  STMT_BULK_OPERATIONS: 1 << 2,
  EXTENDED_METADATA: 1 << 3,
} as const;

export const Status = {
  IN_TRANS: 0x0001,
  AUTOCOMMIT: 0x0002,
  MORE_RESULTS_EXISTS: 0x0008,
  CURSOR_EXISTS: 0x0040,
  PS_OUT_PARAMS: 0x1000,
  SESSION_STATE_CHANGED: 0x4000,
} as const;

export const Command = {
  QUIT: 0x01,
  INIT_DB: 0x02,
  QUERY: 0x03,
  FIELD_LIST: 0x04,
  STATISTICS: 0x09,
  PROCESS_INFO: 0x0a,
  PROCESS_KILL: 0x0c,
  DEBUG: 0x0d,
  PING: 0x0e,
  CHANGE_USER: 0x11,
  STMT_PREPARE: 0x16,
  STMT_EXECUTE: 0x17,
  STMT_SEND_LONG_DATA: 0x18,
  STMT_CLOSE: 0x19,
  STMT_RESET: 0x1a,
  SET_OPTION: 0x1b,
  STMT_FETCH: 0x1c,
  RESET_CONNECTION: 0x1f,
  /** MariaDB's own. */
  STMT_BULK_EXECUTE: 0xfa,
} as const;

/** An error's number and its SQLSTATE. */
export interface ErrorKind {
  readonly code: number;
  readonly state: string;
}

export const ServerError = {
  TOO_MANY_CONNECTIONS: { code: 1040, state: "08004" },
  BAD_HANDSHAKE: { code: 1043, state: "08S01" },
  ACCESS_DENIED: { code: 1045, state: "28000" },
  UNKNOWN_COMMAND: { code: 1047, state: "08S01" },
  BAD_DATABASE: { code: 1049, state: "42000" },
  SERVER_SHUTDOWN: { code: 1053, state: "08S01" },
  KILL_DENIED: { code: 1095, state: "HY000" },
  UNKNOWN: { code: 1105, state: "HY000" },
  PACKET_TOO_LARGE: { code: 1153, state: "08S01" },
  PACKETS_OUT_OF_ORDER: { code: 1156, state: "08S01" },
  CLIENT_NOT_SUPPORTED: { code: 1251, state: "08004" },
  QUERY_INTERRUPTED: { code: 1317, state: "70100" },
  SECURE_TRANSPORT_REQUIRED: { code: 3159, state: "HY000" },
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.troubleshooting.html
  BORROW_TIMEOUT: { code: 9501, state: "HY000" },
} as const satisfies Record<string, ErrorKind>;

/** The largest payload of a packet, in bytes. The next packet continues one of exactly this size. */
export const maxPayload = 0xffffff;
export const headerBytes = 4;

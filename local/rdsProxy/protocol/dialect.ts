import { Capability, MariadbCapability } from "./constants";
import type { Capabilities } from "./handshake";

/**
 * The capabilities that decide which replies a client gets and in which form. The proxy asks the database for those of
 * them that the client has asked for, and for no other. A client therefore gets the replies that it would get without
 * the proxy, and the proxy does not rewrite them. LOAD DATA LOCAL and compression are left out: the proxy refuses them.
 */
const dependingOnServer = Capability.SESSION_TRACK | Capability.DEPRECATE_EOF | Capability.QUERY_ATTRIBUTES;
const relayed = dependingOnServer | Capability.FOUND_ROWS | Capability.MULTI_RESULTS | Capability.PS_MULTI_RESULTS;
const relayedOfMariadb = MariadbCapability.STMT_BULK_OPERATIONS | MariadbCapability.EXTENDED_METADATA;

/** What every client and every database connection of the proxy has. */
export const commonCapabilities =
  Capability.LONG_PASSWORD |
  Capability.LONG_FLAG |
  Capability.PROTOCOL_41 |
  Capability.TRANSACTIONS |
  Capability.SECURE_CONNECTION |
  Capability.PLUGIN_AUTH |
  Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA;

/**
 * What the proxy offers its clients: what it does itself, and of the rest what the server has. It offers nothing of the
 * rest while it does not know the server.
 */
export function offeredCapabilities(server: Capabilities | undefined): Capabilities {
  const extended = (server?.extended ?? 0) & relayedOfMariadb;
  const own =
    commonCapabilities |
    Capability.FOUND_ROWS |
    Capability.CONNECT_WITH_DB |
    Capability.IGNORE_SPACE |
    Capability.INTERACTIVE |
    Capability.SSL |
    Capability.MULTI_STATEMENTS |
    Capability.MULTI_RESULTS |
    Capability.PS_MULTI_RESULTS |
    Capability.CONNECT_ATTRS;
  const capabilities = own | ((server?.capabilities ?? 0) & dependingOnServer);
  return { capabilities: extended === 0 ? capabilities : capabilities & ~Capability.LONG_PASSWORD, extended };
}

/** The form of a client's commands and replies. A database connection has it from its log-in on, and for good. */
export class Dialect implements Capabilities {
  /** Equal dialects have equal keys. */
  readonly key: string;

  constructor(
    readonly capabilities: number,
    readonly extended: number,
    /**
     * The server is MariaDB and stands for MySQL, and the client does not read MariaDB's extended metadata. The proxy
     * reads them instead and reports JSON columns as MySQL does.
     */
    readonly jsonColumns = false,
  ) {
    this.key = `${capabilities}.${extended}${jsonColumns ? "j" : ""}`;
  }

  /** What a client has asked for and was offered. */
  static of(client: Capabilities, offered: Capabilities, playsMysql: boolean): Dialect {
    const capabilities = client.capabilities & offered.capabilities & relayed;
    const extended = client.extended & offered.extended;
    const metadata = MariadbCapability.EXTENDED_METADATA;
    const jsonColumns = playsMysql && (offered.extended & metadata) !== 0 && (extended & metadata) === 0;
    return new Dialect(capabilities, jsonColumns ? extended | metadata : extended, jsonColumns);
  }

  /** An OK packet ends a result set, and no packet separates its columns from its rows. */
  get deprecateEof(): boolean {
    return (this.capabilities & Capability.DEPRECATE_EOF) !== 0;
  }

  /** OK packets tell what a statement has changed in the session. */
  get sessionTrack(): boolean {
    return (this.capabilities & Capability.SESSION_TRACK) !== 0;
  }

  /** COM_QUERY begins with the query's attributes. */
  get queryAttributes(): boolean {
    return (this.capabilities & Capability.QUERY_ATTRIBUTES) !== 0;
  }
}

/** For the proxy's own connections. */
export const plainDialect = new Dialect(0, 0);

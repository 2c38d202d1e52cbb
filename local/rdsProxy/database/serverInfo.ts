import type { Capabilities, Greeting } from "../protocol/handshake";
import { firstCollation, type TextRow } from "../protocol/textResult";
import type { VariableValue } from "../state/sessionState";
import { StateQuery } from "../state/stateQuery";
import { trackedVariables } from "../state/trackedVariables";

interface Collation {
  charset: string;
  collation: string;
  /** Whether it is the character set's default. */
  isDefault: boolean;
}

/** What the proxy asks a target each time it becomes reachable. */
export interface ServerInfo {
  version: string;
  /** What its greeting offers. */
  capabilities: Capabilities;
  maxConnections: number;
  stateQuery: StateQuery;
  /** The character set and collation of each number that a client may send when it logs in. */
  collations: Map<number, Collation>;
  defaultCollation: Collation;
  /** Stands for MySQL 8's collations where the server lacks them. */
  mysql8Collation: Collation;
}

/** MySQL 8's collations from this number on belong to utf8mb4 (255 is utf8mb4_0900_ai_ci). MariaDB lacks them. */
const firstMysql8Collation = 255;
const utf8mb4 = { charset: "utf8mb4", collation: "utf8mb4_general_ci" };

export async function askServer(greeting: Greeting, query: (sql: string) => Promise<TextRow[]>): Promise<ServerInfo> {
  const names = trackedVariables.map((name) => `'${name}'`).join(",");
  const variables = await query(`SHOW SESSION VARIABLES WHERE Variable_name IN (${names})`);
  const rows = await query(
    "SELECT ID, CHARACTER_SET_NAME, COLLATION_NAME, IS_DEFAULT FROM information_schema.COLLATIONS WHERE ID IS NOT NULL",
  );
  const settings = await query("SELECT @@global.max_connections, @@character_set_server, @@collation_server");
  const [maxConnections = null, charset = null, collation = null] = settings[0] ?? [];
  const collations = rows.map(([id, set, name, isDefault]): [number, Collation] => [
    Number(id),
    { charset: set ?? "", collation: name ?? "", isDefault: isDefault === "Yes" },
  ]);
  const named = (wanted: string | null): Collation | undefined =>
    collations.find(([, { collation: name }]) => name === wanted)?.[1];
  const fallback = named(utf8mb4.collation) ?? { ...utf8mb4, isDefault: false };
  return {
    version: greeting.serverVersion,
    capabilities: { capabilities: greeting.capabilities, extended: greeting.extended },
    maxConnections: Number(maxConnections),
    stateQuery: new StateQuery(new Set(variables.map(([name]) => (name ?? "").toLowerCase()))),
    collations: new Map(collations),
    defaultCollation: named(collation) ?? {
      charset: charset ?? fallback.charset,
      collation: collation ?? fallback.collation,
      isDefault: false,
    },
    mysql8Collation: fallback,
  };
}

/** The collation that the server itself would choose for a client's number. */
export function collationOf(server: ServerInfo, id: number): Collation {
  return server.collations.get(id) ?? (id >= firstMysql8Collation ? server.mysql8Collation : server.defaultCollation);
}

/**
 * The collation in the column definitions of a reply, or null if it is the default one of the character set. Known
 * limit: MariaDB's UCA 14 collations count as the default, since information_schema.COLLATIONS gives them no number.
 */
export function resultsCollation(server: ServerInfo, reply: Buffer, charset: VariableValue): string | null {
  const collation = server.collations.get(firstCollation(reply) ?? -1);
  if (collation === undefined || collation.isDefault || collation.charset !== charset) return null;
  return collation.collation;
}

import type { TextRow } from "../protocol/textResult";
import { StateQuery } from "../state/stateQuery";
import { trackedVariables } from "../state/trackedVariables";

interface Collation {
  charset: string;
  collation: string;
}

/** What the proxy asks a target each time it becomes reachable. */
export interface ServerInfo {
  version: string;
  maxConnections: number;
  stateQuery: StateQuery;
  /** The character set and collation of each number that a client may send when it logs in. */
  collations: Map<number, Collation>;
  defaultCollation: Collation;
}

/** MySQL 8's collations from this number on belong to utf8mb4 (255 is utf8mb4_0900_ai_ci). MariaDB lacks them. */
const firstMysql8Collation = 255;
const utf8mb4: Collation = { charset: "utf8mb4", collation: "utf8mb4_general_ci" };

export async function askServer(version: string, query: (sql: string) => Promise<TextRow[]>): Promise<ServerInfo> {
  const names = trackedVariables.map((name) => `'${name}'`).join(",");
  const variables = await query(`SHOW SESSION VARIABLES WHERE Variable_name IN (${names})`);
  const rows = await query(
    "SELECT ID, CHARACTER_SET_NAME, COLLATION_NAME FROM information_schema.COLLATIONS WHERE ID IS NOT NULL",
  );
  const settings = await query("SELECT @@global.max_connections, @@character_set_server, @@collation_server");
  const [maxConnections = null, charset = null, collation = null] = settings[0] ?? [];
  return {
    version,
    maxConnections: Number(maxConnections),
    stateQuery: new StateQuery(new Set(variables.map(([name]) => (name ?? "").toLowerCase()))),
    collations: new Map(rows.map(([id, set, name]) => [Number(id), collationNamed(set, name)])),
    defaultCollation: collationNamed(charset, collation),
  };
}

function collationNamed(charset: string | null | undefined, collation: string | null | undefined): Collation {
  return { charset: charset ?? utf8mb4.charset, collation: collation ?? utf8mb4.collation };
}

/** The collation that the server itself would choose for a client's number. */
export function collationOf(server: ServerInfo, id: number): Collation {
  return server.collations.get(id) ?? (id >= firstMysql8Collation ? utf8mb4 : server.defaultCollation);
}

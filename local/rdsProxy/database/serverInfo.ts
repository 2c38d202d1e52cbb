import type { TextRow } from "../protocol/textResult";
import { StateQuery } from "../state/stateQuery";
import { trackedVariables } from "../state/trackedVariables";

/** What the proxy asks a target once, when it becomes reachable. */
export interface ServerInfo {
  version: string;
  maxConnections: number;
  stateQuery: StateQuery;
  /** Character set and collation by the number that a client gives when it logs in. */
  collations: Map<number, { charset: string; collation: string }>;
  defaultCollation: { charset: string; collation: string };
}

/** From this number on collations belong to utf8mb4 in MySQL 8 (255 is utf8mb4_0900_ai_ci); MariaDB lacks them. */
const firstMysql8Collation = 255;

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
    collations: new Map(
      rows.map(([id, set, name]) => [
        Number(id),
        { charset: set ?? "utf8mb4", collation: name ?? "utf8mb4_general_ci" },
      ]),
    ),
    defaultCollation: { charset: charset ?? "utf8mb4", collation: collation ?? "utf8mb4_general_ci" },
  };
}

/** What the server itself would make of a client's collation number. */
export function collationOf(server: ServerInfo, id: number): { charset: string; collation: string } {
  const known = server.collations.get(id);
  if (known) return known;
  return id >= firstMysql8Collation ? { charset: "utf8mb4", collation: "utf8mb4_general_ci" } : server.defaultCollation;
}

import type { ConnectionPool } from "../database/pool";
import type { Log } from "../log";
import type { Metrics } from "../metrics";
import type { SessionState } from "../state/sessionState";

/** What a session knows of its client's log-in, and the parts of the proxy that it uses. */
export interface SessionContext {
  user: string;
  /** CLIENT_FOUND_ROWS: the client wants matched rows counted as affected. A database connection has it for good. */
  foundRows: boolean;
  secure: boolean;
  capabilities: number;
  /** The session's state right after log-in. COM_RESET_CONNECTION goes back to it. */
  initialState: SessionState | undefined;
  readonly pool: ConnectionPool;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly excludeVariableSets: () => boolean;
  readonly debug: boolean;
}

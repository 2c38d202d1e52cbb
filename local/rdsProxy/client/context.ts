import type { ConnectionPool } from "../database/pool";
import type { Log } from "../log";
import type { Metrics } from "../metrics";
import type { SessionState } from "../state/sessionState";
import type { ClientSession } from "./session";

/** What a session needs of the proxy around it. */
export interface SessionContext {
  user: string;
  /** The client counts matched rows as affected (CLIENT_FOUND_ROWS), which is fixed when a database connection opens. */
  foundRows: boolean;
  secure: boolean;
  capabilities: number;
  /** The session's state right after log-in, to which COM_RESET_CONNECTION returns. */
  initialState: SessionState | undefined;
  readonly pool: ConnectionPool;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly excludeVariableSets: () => boolean;
  readonly debug: boolean;
  changeUser(session: ClientSession, command: Buffer): void;
  sessionClosed(session: ClientSession): void;
}

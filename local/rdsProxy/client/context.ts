import type { ConnectionKind } from "../database/connectionKind";
import type { ConnectionPool } from "../database/pool";
import type { Log } from "../log";
import type { Metrics } from "../metrics";
import type { Capabilities } from "../protocol/handshake";
import type { SessionState } from "../state/sessionState";

/** What a session knows of its client's log-in, and the parts of the proxy that it uses. */
export interface SessionContext {
  /** The user, and the form of commands and replies. */
  kind: ConnectionKind;
  secure: boolean;
  /** What the client has asked for when it logged in. */
  login: Capabilities;
  /** The state that COM_RESET_CONNECTION goes back to. */
  resetState: SessionState | undefined;
  readonly pool: ConnectionPool;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly excludeVariableSets: () => boolean;
  readonly debug: boolean;
}

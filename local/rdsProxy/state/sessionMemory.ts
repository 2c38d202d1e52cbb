import type { DatabaseConnection } from "../database/connection";
import type { SessionState } from "./sessionState";

/** What the last statement of a session said of itself, for ROW_COUNT(), FOUND_ROWS() and SHOW WARNINGS. */
export interface LastReply {
  affectedRows: bigint;
  rows: number;
  warnings: number;
  /** False after replies with several results: then the numbers above are not the ones the functions would give. */
  simple: boolean;
}

/** What belongs to a client session and to no database connection; see handOver. */
export class SessionMemory {
  /** Where the session ran its last statement, and the connection's use counter right after it. */
  lastConnection: DatabaseConnection | undefined;
  lastUse = 0;
  lastReply: LastReply = { affectedRows: 0n, rows: 0, warnings: 0, simple: true };
  /** LAST_INSERT_ID(), valid when no connection holds a newer one for this session. */
  insertId = "0";
  /** The reply to SHOW WARNINGS, kept when the connection had to go to somebody else. */
  savedWarnings: Buffer | undefined;
  /** Under way while another session's hand-over saves something of this session. */
  saving: Promise<void> | undefined;
  alive = true;

  constructor(public state: SessionState | undefined) {}

  /** The connection of the last statement, if nothing else has run on it since. */
  get undisturbedConnection(): DatabaseConnection | undefined {
    const connection = this.lastConnection;
    return connection?.usable && connection.uses === this.lastUse ? connection : undefined;
  }

  /** As after COM_RESET_CONNECTION: the connection used last is a stranger's from here on. */
  forgetLastStatement(): void {
    if (this.lastConnection?.lastSession === this) this.lastConnection.lastSession = undefined;
    this.lastConnection = this.savedWarnings = undefined;
    this.lastReply = { affectedRows: 0n, rows: 0, warnings: 0, simple: true };
    this.insertId = "0";
  }
}

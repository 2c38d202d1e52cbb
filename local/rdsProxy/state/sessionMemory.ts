import { Status } from "../protocol/constants";
import type { SessionState } from "./sessionState";

/** What the reply to a session's last statement said, for ROW_COUNT(), FOUND_ROWS() and SHOW WARNINGS. */
export interface LastReply {
  readonly affectedRows: bigint;
  readonly rows: number;
  readonly warnings: number;
  /** False after a CALL with several results: the numbers above are then not those that the functions would give. */
  readonly simple: boolean;
  /** The statement ended with an error, so ROW_COUNT() is -1. */
  readonly failed: boolean;
}

/** What a session has to know about the database connection that ran its last statement. */
export interface UsedConnection {
  readonly usable: boolean;
  /** Counts the commands that the connection has run. */
  readonly uses: number;
  /** The session that used the connection last. */
  lastSession: SessionMemory | undefined;
}

const noReply: LastReply = { affectedRows: 0n, rows: 0, warnings: 0, simple: true, failed: false };

/** What belongs to a client session and to no database connection. `handOver` carries it from one to the next. */
export class SessionMemory {
  /** The connection that ran the last statement, and its use counter right after it. */
  lastConnection: UsedConnection | undefined;
  lastUse = 0;
  lastReply: LastReply = noReply;
  /** The client has sent COM_PING since its last statement, so ROW_COUNT() is 0. */
  pinged = false;
  /** LAST_INSERT_ID(), unless a connection holds a newer one for this session. */
  insertId = "0";
  /** The reply to SHOW WARNINGS. It is kept when another session needs the connection. */
  savedWarnings: Buffer | undefined;
  /** Pending while a connection's hand-over to another session saves something for this one. */
  saving: Promise<void> | undefined;
  /** False when the client is gone. */
  alive = true;

  constructor(public state: SessionState | undefined) {}

  /** The connection that ran the last statement, if it has run nothing else since. */
  get undisturbedConnection(): UsedConnection | undefined {
    const connection = this.lastConnection;
    return connection?.usable && connection.uses === this.lastUse ? connection : undefined;
  }

  /** The status flags for a reply that the proxy makes itself. */
  get statusFlags(): number {
    return this.state?.get("autocommit") === "0" ? 0 : Status.AUTOCOMMIT;
  }

  /** Forgets the last statement and its connection, as COM_RESET_CONNECTION does. */
  forgetLastStatement(): void {
    if (this.lastConnection?.lastSession === this) this.lastConnection.lastSession = undefined;
    this.lastConnection = this.savedWarnings = undefined;
    this.lastReply = noReply;
    this.pinged = false;
    this.insertId = "0";
  }
}

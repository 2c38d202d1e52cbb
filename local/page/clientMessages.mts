/** What the page's clients are told to do, and what they report. The two processes send these to each other. */

/** What each client does over and over. */
export type Work = "query" | "transaction";

/** Sent to the clients when the number or the work changes. */
export interface Orders {
  clients: number;
  work: Work;
  connection: { host: string; port: number; user: string; password: string; ca: string | undefined };
}

/** Sent by the clients twice a second. */
export interface Report {
  /** How many clients are connected. */
  connected: number;
  /** Connections that were refused since the last report. */
  refused: number;
  /** The text of the last refusal or failure. */
  lastError: string | undefined;
  /** Queries or transactions per second since the last report. */
  perSecond: number;
  /** Milliseconds that the slowest of 100 takes. 0 if there was none. */
  p99: number;
}

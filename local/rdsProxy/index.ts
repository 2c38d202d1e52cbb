/**
 * A stand-in for Amazon RDS Proxy. The way of a query in, and of its reply out:
 *
 *  1. client/listener accepts a socket, client/login greets the client, and auth/ checks its password or token.
 *  2. client/clientStream cuts the client's bytes into commands, and client/session takes them one at a time.
 *  3. client/statementFollower classifies the query with sql/classify and pins the session if it has to.
 *  4. client/heldConnection borrows a connection from database/pool, which opens it if database/target is available.
 *  5. database/handOver gives the connection the session's state, which state/ describes.
 *  6. database/commandChannel sends the packet on, and protocol/replyTracker finds the end of the reply.
 *  7. client/replyRelay writes the reply to the client. Then the session gives the connection back, or keeps it.
 *
 * Imports go one way: client -> sql, auth, database; database -> auth, state; sql -> state; auth, state -> protocol.
 */
export type { TargetHealth, TargetReason, TargetState } from "./database/targetHealth";
export type {
  ClientPasswordAuthType,
  Credential,
  IamDirectory,
  ProxyLogEvent,
  RdsProxyOptions,
  TargetGroupConfig,
  TargetOptions,
} from "./options";
export { type ProxyActivity, RdsProxy } from "./proxy";

import { DatabaseError } from "../protocol/packets";

export type TargetState = "AVAILABLE" | "REGISTERING" | "UNAVAILABLE";

/**
 * Why a target is not available: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_TargetHealth.html. The
 * last two reasons never occur here, but code that handles RDS Proxy's reasons must know them. PENDING_PROXY_CAPACITY
 * is for a proxy that AWS is still scaling up, and this one has all its capacity from the start.
 * INVALID_REPLICATION_STATE is for a replica that does not replicate, and the stand-in's databases are writers only.
 */
export type TargetReason =
  "UNREACHABLE" | "CONNECTION_FAILED" | "AUTH_FAILURE" | "PENDING_PROXY_CAPACITY" | "INVALID_REPLICATION_STATE";

/** What `DescribeDBProxyTargets` reports as `TargetHealth`. */
export interface TargetHealth {
  id: string;
  state: TargetState;
  reason?: TargetReason;
  description?: string;
}

/** The proxy has no credentials to log in with. */
export class NoCredentials extends Error {}

/** The database's error numbers for a user or a password that it does not accept. */
const accessDeniedNumbers = new Set([1044, 1045, 1698, 4151]);
/** Node's codes for a network that does not reach the host. */
const unreachableCodes = new Set(["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN"]);

export function isAccessDenied(error: unknown): boolean {
  return error instanceof DatabaseError && accessDeniedNumbers.has(error.code);
}

/**
 * Finds the reason for an error. UNREACHABLE is for the network (security groups, routes). CONNECTION_FAILED is for a
 * host that refuses the connection or gives a wrong answer.
 */
export function reasonOf(error: Error & { code?: unknown }): TargetReason {
  if (error instanceof NoCredentials || isAccessDenied(error)) return "AUTH_FAILURE";
  return typeof error.code === "string" && unreachableCodes.has(error.code) ? "UNREACHABLE" : "CONNECTION_FAILED";
}

import { reasons } from "../../doctor/reasons";
import { NoConnectionError, UnreachableError } from "../errors";

/** What keeps a new target from becoming available, the likeliest first. RDS tells it to those who ask it, and not to clients. */
const likely = ["UNREACHABLE", "AUTH_FAILURE", "CONNECTION_FAILED", "PENDING_PROXY_CAPACITY"];

/**
 * Adds to an error why the proxy's target may not be available, and how to find out. The function cannot find out itself: in its VPC
 * there is no way to RDS's API.
 */
export function withCauses(error: unknown, functionName: string, seconds: number): unknown {
  if (!(error instanceof NoConnectionError || error instanceof UnreachableError)) return error;
  const causes = likely.map((reason) => `${reason}: ${reasons[reason]?.cause ?? ""} ${reasons[reason]?.fix ?? ""}`);
  error.message =
    `${error.message} After ${Math.round(seconds)} seconds the deployment gives up: the proxy's target has not become available.` +
    ` \`npx lambda-rds-proxy doctor --function ${functionName}\` says which of these it is. ${causes.join(" ")}`;
  return error;
}

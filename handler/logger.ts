import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import { isConnectionError } from "./errors";

/** Structured logs, a JSON object a line. The level can be set with POWERTOOLS_LOG_LEVEL. */
export const logger = new Logger({ serviceName: "rds-proxy-client" });

/**
 * Runs one invocation: its log lines carry the request's id, and a failure is logged, told apart and thrown on, so that
 * the invocation fails. Only the error is logged, never what the connection was opened with.
 */
export async function withLogging<T>(context: Context, work: () => Promise<T>): Promise<T> {
  logger.addContext(context);
  try {
    return await work();
  } catch (error) {
    const message = isConnectionError(error) ? "Could not connect to the database" : "Could not get the rows";
    logger.error(message, error as Error);
    throw error;
  }
}

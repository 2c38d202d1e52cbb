import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import { isConnectionError } from "./errors";

/** Structured logs, one JSON object per line. POWERTOOLS_LOG_LEVEL sets the level. */
export const logger = new Logger({ serviceName: "rds-proxy-client" });

/**
 * Runs one invocation. Its log lines carry the request's id. A failure is logged and thrown again, so that the invocation
 * fails. The log never has the options of the connection, which include the password.
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

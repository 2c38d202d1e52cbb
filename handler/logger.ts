import { Logger } from "@aws-lambda-powertools/logger";

/** Structured logs, one JSON object per line. POWERTOOLS_LOG_LEVEL sets the level. */
export const logger = new Logger({ serviceName: "rds-proxy-client" });

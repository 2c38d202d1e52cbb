import { AsyncLocalStorage } from "node:async_hooks";
import type { Context } from "aws-lambda";

/** Further fields of a log line. */
export type Fields = Record<string, unknown>;

const levels = ["DEBUG", "INFO", "WARN", "ERROR", "CRITICAL", "SILENT"] as const;
type Level = (typeof levels)[number];

// Reading the environment takes longer than all else that a log line takes, so it is read once.
const {
  POWERTOOLS_LOG_LEVEL,
  AWS_LAMBDA_LOG_LEVEL,
  POWERTOOLS_SERVICE_NAME: service = "rds-proxy-client",
} = process.env;
const wanted = levels.indexOf((POWERTOOLS_LOG_LEVEL ?? AWS_LAMBDA_LOG_LEVEL ?? "INFO").toUpperCase() as Level);
const lowest = wanted === -1 ? levels.indexOf("INFO") : wanted;

/** The invocation that runs now. Everything that it starts belongs to it. */
export const invocations = new AsyncLocalStorage<Context>();

let isColdStart = true;

/**
 * Structured logs: one JSON object per line, with the fields that Powertools for AWS Lambda gives them, so that the same queries
 * find them. Powertools itself would take as long to load as all the rest of this client but mysql2.
 *
 * `POWERTOOLS_LOG_LEVEL`, or Lambda's `AWS_LAMBDA_LOG_LEVEL`, sets the level, and `POWERTOOLS_SERVICE_NAME` the name of the service.
 */
export const logger = {
  /** Writes a line that is shown only when the level is DEBUG. */
  debug(message: string, fields?: Fields | Error): void {
    write("DEBUG", message, fields);
  },
  /** Writes a line that is shown unless the level is WARN or higher. */
  info(message: string, fields?: Fields | Error): void {
    write("INFO", message, fields);
  },
  /** Writes a line about what somebody should look at. */
  warn(message: string, fields?: Fields | Error): void {
    write("WARN", message, fields);
  },
  /** Writes a line about a failure. */
  error(message: string, fields?: Fields | Error): void {
    write("ERROR", message, fields);
  },
};

/** Called at the end of each invocation. */
export function warm(): void {
  isColdStart = false;
}

function write(level: Level, message: string, fields: Fields | Error = {}): void {
  if (levels.indexOf(level) < lowest) return;
  const context = invocations.getStore();
  const line = {
    level,
    message,
    timestamp: new Date().toISOString(),
    service,
    ...(context && {
      cold_start: isColdStart,
      function_arn: context.invokedFunctionArn,
      function_memory_size: context.memoryLimitInMB,
      function_name: context.functionName,
      function_request_id: context.awsRequestId,
    }),
    xray_trace_id: /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? "")?.[1],
    ...(fields instanceof Error ? { error: fields } : fields),
  };
  // `console.log` would put a prefix of Lambda's in front of the line, with which it is no JSON.
  process.stdout.write(`${JSON.stringify(line, readable)}\n`);
}

/**
 * JSON shows nothing of an error, and refuses a bigint. Of an error the log has what says why; drivers also put the statement with
 * its values on it, and the certificate of the server.
 */
function readable(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, code, errno, sqlState, stack, cause } = value as Error & Record<string, unknown>;
  return { name, message, code, errno, sqlState, stack, cause };
}

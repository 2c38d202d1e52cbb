import type { Context } from "aws-lambda";
import { ResultError } from "./errors";
import { invocations, logger, warm } from "./logger";

/** Bytes that Lambda takes as the result of an invocation. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const largestResult = 6 * 1024 * 1024;

/**
 * Makes a Lambda callback from a function: every wait of the database client inside it ends before the invocation's time does,
 * log lines carry the request's id, and a failure is logged and makes the invocation fail.
 *
 * A result that Lambda could not return fails with a `ResultError`.
 */
export function callback<E, R>(work: (event: E, context: Context) => Promise<R>) {
  return (event: E, context: Context): Promise<R> =>
    invocations.run(context, async () => {
      try {
        const result = await work(event, context);
        checkResult(result);
        return result;
      } catch (error) {
        // The log never has the options of the connection, which include the password.
        logger.error("The invocation failed", error as Error);
        throw error;
      } finally {
        warm();
      }
    });
}

function checkResult(result: unknown): void {
  let bytes: number;
  try {
    const text = JSON.stringify(result ?? null);
    // A character has three bytes at most.
    bytes = text.length * 3 <= largestResult ? 0 : Buffer.byteLength(text);
  } catch (cause) {
    throw new ResultError(
      `The result cannot be returned as JSON: ${(cause as Error).message}. Convert it, for example a bigint to a text.`,
      { cause },
    );
  }
  if (bytes <= largestResult) return;
  throw new ResultError(
    `The result has ${bytes} bytes, and Lambda returns ${largestResult} at most: return fewer rows or columns, or write them to S3.`,
  );
}

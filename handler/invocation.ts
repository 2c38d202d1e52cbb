import type { Context } from "aws-lambda";
import { outOfTime } from "./driverErrors";
import { ResultError } from "./errors";
import { invocations, logger, warm } from "./logger";

/**
 * Milliseconds that are kept at the end of an invocation, so that an error is reported before Lambda ends it without one.
 */
const margin = 500;

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

/** A point in time at which waiting has to end. */
export class Deadline {
  private constructor(
    /** Milliseconds since 1970. */
    readonly end: number,
  ) {}

  /** In as many milliseconds as the current invocation has left, less a margin; outside of an invocation after `otherwise`. */
  static ofInvocation(otherwise: number): Deadline {
    const left = invocations.getStore()?.getRemainingTimeInMillis();
    return new Deadline(Date.now() + (left === undefined ? otherwise : left - margin));
  }

  /** The earlier one of this point in time and that in so many milliseconds. */
  within(milliseconds: number): Deadline {
    return new Deadline(Math.min(this.end, Date.now() + milliseconds));
  }

  /** Milliseconds until then; 0 when it is over. */
  get left(): number {
    return Math.max(0, this.end - Date.now());
  }

  /**
   * Milliseconds until then.
   *
   * @throws OutOfTimeError when there are none
   */
  leftFor(what: string): number {
    if (this.left > 0) return this.left;
    throw outOfTime(what);
  }

  /** Waits for a promise until then. @throws OutOfTimeError */
  async wait<T>(promise: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(outOfTime(what));
      }, this.left);
    });
    try {
      return await Promise.race([promise, over]);
    } finally {
      clearTimeout(timer);
    }
  }
}

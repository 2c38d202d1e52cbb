import { OutOfTimeError } from "./errors";
import { invocations } from "./logger";

/**
 * Milliseconds that are kept at the end of an invocation, so that an error is reported before Lambda ends it without one.
 */
const margin = 500;

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

  /** Milliseconds until then. @throws OutOfTimeError when there are none */
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

/** @param what what the client waited for */
export function outOfTime(what: string, cause?: unknown): OutOfTimeError {
  return new OutOfTimeError(
    `No time is left to wait for ${what}: give the function a longer timeout, or the work an index or a smaller part.`,
    { cause },
  );
}

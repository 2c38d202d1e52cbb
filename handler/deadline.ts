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
  wait<T>(promise: Promise<T>, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const over = (): void => {
        reject(outOfTime(what));
      };
      this.watch(over);
      promise.then(resolve, reject).finally(() => {
        unwatch(over);
      });
    });
  }

  /** Calls a function then, unless it is given to `unwatch` before. */
  watch(over: () => void): void {
    watched.set(over, this);
    ringAt(this.end);
  }
}

/**
 * What waits, and until when. There is one timer for all of it, and it is not cleared when a wait ends in time, as nearly all do. A timer
 * for each statement would take a tenth of the time of a warm invocation.
 */
const watched = new Map<() => void, Deadline>();
let timer: NodeJS.Timeout | undefined;
let timerEnd = Infinity;

export function unwatch(over: () => void): void {
  watched.delete(over);
}

function ringAt(end: number): void {
  if (end >= timerEnd) return;
  clearTimeout(timer);
  timerEnd = end;
  timer = setTimeout(ring, Math.max(0, end - Date.now())).unref();
}

function ring(): void {
  timerEnd = Infinity;
  for (const [over, deadline] of watched) {
    if (deadline.left > 0) {
      ringAt(deadline.end);
    } else {
      watched.delete(over);
      over();
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

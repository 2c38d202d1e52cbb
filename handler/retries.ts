import { setTimeout as sleep } from "node:timers/promises";
import type { Deadline } from "./deadline";
import { logger } from "./logger";

/** How often something is done again after one kind of failure. Each pause is about twice as long as the one before. */
export interface RetryRule {
  /** For the log. */
  reason: string;
  /** How many more times at most. */
  times: number;
  /** Milliseconds before the first of them. */
  pause: number;
}

/**
 * All that the client does again by itself; docs/client.md has the same table. Nothing is done again when the time until the
 * deadline is shorter than the pause. A statement that writes is never sent twice.
 */
export const rules = {
  /** Asking costs nothing but time. */
  secretUnavailable: { reason: "Secrets Manager did not answer, or asked to come back later", times: 2, pause: 200 },
  /** No statement was sent. */
  connectFailed: { reason: "the connection broke before the log-in was over", times: 3, pause: 100 },
  /** The password was read in an earlier invocation, and may have been rotated since. */
  oldPassword: { reason: "the log-in was refused with a password that was read earlier", times: 1, pause: 0 },
  /** A rotation takes seconds until secret, database and proxy agree. */
  rotation: { reason: "the log-in was refused with a secret that was changed just now", times: 4, pause: 250 },
  /** The server has rolled it back, or will. How many times, the callback says. */
  conflict: { reason: "another transaction was in the way", times: 0, pause: 50 },
  /** Nothing of the transaction has been sent. */
  lostBegin: { reason: "the connection was lost before the transaction began", times: 1, pause: 0 },
  /** A statement that only reads does no harm when it is sent twice. */
  lostRead: { reason: "the connection was lost during a read", times: 1, pause: 0 },
} satisfies Record<string, RetryRule>;

/**
 * Does something until it succeeds, as often as the rule for each failure allows. Every retry is logged with its reason.
 *
 * @param ruleFor the rule for a failure; undefined for one that is not worth another try
 */
export async function retrying<T>(
  deadline: Deadline,
  attempt: () => Promise<T>,
  ruleFor: (error: unknown) => RetryRule | undefined,
): Promise<T> {
  const counts = new Map<string, number>();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const rule = ruleFor(error);
      if (rule === undefined) throw error;
      const { reason, times } = rule;
      const retry = (counts.get(reason) ?? 0) + 1;
      // A random part, so that containers which failed together do not come back together.
      const pause = rule.pause * 2 ** (retry - 1) * (0.5 + Math.random());
      if (retry > times || deadline.left <= pause) throw error;
      counts.set(reason, retry);
      logger.warn("Trying again", { reason, retry, of: times, error: String(error) });
      if (pause > 0) await sleep(pause);
    }
  }
}

import type { Deadline } from "./deadline";
import { UsageError } from "./errors";

/** Who has the connection: one statement, or what holds it for longer. */
export type Holder = "a statement" | "a transaction" | "a borrowed connection" | "a stream";

/**
 * Lets one after the other have the connection, in the order in which they asked.
 *
 * A container has one connection, and a connection one statement at a time. So statements that are started together
 * (`Promise.all`) run one after the other.
 */
export class Turns {
  private holder: Holder | undefined;
  /** Ends with the turn of whoever asked last; undefined when nobody has the connection. */
  private last: Promise<void> | undefined;

  /**
   * Takes the connection if nobody has it; an invocation that does one thing after the other waits for nothing.
   *
   * @returns a function that gives it up
   */
  takeNow(holder: Holder): (() => void) | undefined {
    return this.last === undefined ? this.begin(holder, this.join()) : undefined;
  }

  /**
   * Waits until nobody else has the connection.
   *
   * @returns a function that gives it up
   * @throws OutOfTimeError when the deadline is over before, which says who had it
   * @throws UsageError when a stream has it: its reader most likely waits for this statement
   */
  async take(holder: Holder, deadline: Deadline): Promise<() => void> {
    if (this.holder === "a stream") {
      throw new UsageError(
        "The connection is still sending the rows of a stream: read them to their end first, collect them, or use a second" +
          " Database for what you do with each row.",
      );
    }
    const before = this.last;
    const end = this.join();
    try {
      if (before !== undefined) await deadline.wait(before, `the connection, which ${this.holder ?? "another"} has`);
    } catch (error) {
      // Whoever asked later still has to wait for those before.
      void before?.then(end);
      throw error;
    }
    return this.begin(holder, end);
  }

  /** Joins the queue. Returns what ends this turn. */
  private join(): () => void {
    let resolve: () => void = () => undefined;
    const turn = new Promise<void>((end) => (resolve = end));
    this.last = turn;
    return () => {
      if (this.last === turn) this.last = undefined;
      resolve();
    };
  }

  private begin(holder: Holder, end: () => void): () => void {
    this.holder = holder;
    return () => {
      this.holder = undefined;
      end();
    };
  }
}

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
  /** Undefined when nobody has the connection. */
  private holder: Holder | undefined;
  private readonly queue: { holder: Holder; begin: () => void }[] = [];

  /**
   * Takes the connection if nobody has it; an invocation that does one thing after the other waits for nothing.
   *
   * @returns a function that gives it up
   */
  takeNow(holder: Holder): (() => void) | undefined {
    if (this.holder !== undefined) return undefined;
    this.holder = holder;
    return this.release();
  }

  /**
   * Waits until nobody else has the connection.
   *
   * @returns a function that gives it up
   * @throws OutOfTimeError when the deadline is over before, which says who had it
   * @throws UsageError when a stream has it: its reader most likely waits for this statement
   */
  async take(holder: Holder, deadline: Deadline): Promise<() => void> {
    if (this.holder === undefined) return this.takeNow(holder) as () => void;
    if (this.holder === "a stream") {
      throw new UsageError(
        "The connection is still sending the rows of a stream: read them to their end first, collect them, or use a second" +
          " Database for what you do with each row.",
      );
    }
    const turn = { holder, begin: (): void => undefined };
    const begun = new Promise<void>((begin) => (turn.begin = begin));
    this.queue.push(turn);
    try {
      await deadline.wait(begun, `the connection, which ${this.holder} has`);
    } catch (error) {
      const place = this.queue.indexOf(turn);
      if (place === -1) this.next();
      else this.queue.splice(place, 1);
      throw error;
    }
    return this.release();
  }

  /** What ends this turn, once. */
  private release(): () => void {
    let isOver = false;
    return () => {
      if (!isOver) this.next();
      isOver = true;
    };
  }

  /** The connection is the next one's from now on, before that one hears of it: so nobody comes in between. */
  private next(): void {
    const turn = this.queue.shift();
    this.holder = turn?.holder;
    turn?.begin();
  }
}

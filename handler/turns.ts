import { UsageError } from "./errors";
import type { Deadline } from "./invocation";

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
  private readonly waiting: (() => void)[] = [];

  /**
   * Waits until nobody else has the connection.
   *
   * @returns a function that gives it up
   * @throws OutOfTimeError when the deadline is over before, which says who had it
   * @throws UsageError when a stream has it: its reader most likely waits for this statement
   */
  async take(holder: Holder, deadline: Deadline): Promise<() => void> {
    const free = this.takeIfFree(holder);
    if (free !== undefined) return free;
    if (this.holder === "a stream") {
      throw new UsageError(
        "The connection is still sending the rows of a stream: read them to their end first, collect them, or use a second" +
          " Database for what you do with each row.",
      );
    }
    await this.queue(deadline);
    return this.begin(holder);
  }

  /** The same without waiting; undefined when somebody has the connection. */
  takeIfFree(holder: Holder): (() => void) | undefined {
    return this.holder === undefined ? this.begin(holder) : undefined;
  }

  private begin(holder: Holder): () => void {
    this.holder = holder;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.pass();
    };
  }

  /** Gives the connection to the next one. Until that one goes on, nobody else may come in between. */
  private pass(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.holder = undefined;
    else next();
  }

  private async queue(deadline: Deadline): Promise<void> {
    let next: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => (next = resolve));
    this.waiting.push(next);
    try {
      await deadline.wait(turn, `the connection, which ${this.holder ?? "nobody"} has`);
    } catch (error) {
      const place = this.waiting.indexOf(next);
      // Its turn may have come at the same moment.
      if (place === -1) this.pass();
      else this.waiting.splice(place, 1);
      throw error;
    }
  }
}

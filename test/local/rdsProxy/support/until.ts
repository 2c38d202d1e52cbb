import { setTimeout as delay } from "node:timers/promises";

/** Waits for a condition that no event announces, such as the value of a metric. */
export async function until(condition: () => boolean | Promise<boolean>, seconds = 10): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`still false after ${seconds} s: ${condition.toString()}`);
    await delay(10);
  }
}

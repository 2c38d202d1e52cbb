import { setTimeout as delay } from "node:timers/promises";

/** Looks at figures that have no event of their own, such as metrics, until they are as they should be. */
export async function until(condition: () => boolean | Promise<boolean>, seconds = 10): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not so after ${seconds} s: ${condition.toString()}`);
    await delay(10);
  }
}

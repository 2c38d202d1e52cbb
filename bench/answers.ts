export type Question = "memory" | "metrics";

/**
 * What runs in the process of a `Program`: it tells its port, answers questions, and ends when the process that started
 * it ends.
 */
export function answer(port: number, metrics: () => Record<string, number> = () => ({})): void {
  process.on("message", (question: Question) => {
    if (question === "metrics") {
      process.send?.(metrics());
    } else {
      global.gc?.();
      process.send?.({ rss: process.memoryUsage().rss });
    }
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ port });
}

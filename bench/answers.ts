export type Question = "memory" | "metrics";

/** The side of a `Program`'s process: tells its port, answers questions, and ends with who started it. */
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

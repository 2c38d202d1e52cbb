import { readFileSync } from "node:fs";

/** Unit of the times in /proc/<pid>/stat, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Seconds of CPU that a process has used in all its threads, in the kernel too. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in brackets, which may hold blanks; utime and stime are the 14th and 15th.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Seconds of CPU that the whole machine has used since it started, on all cores. */
export function machineCpuSeconds(): number {
  // "cpu", user, nice, system, idle, iowait, irq, softirq, steal
  const [, user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .split(/\s+/, 9)
    .map(Number);
  return (
    [user, nice, system, irq, softirq, steal].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) / ticksPerSecond
  );
}

import { readFileSync } from "node:fs";

/** The times in /proc/<pid>/stat are in this unit on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Seconds of CPU that all threads of a process have used, including their time in the kernel. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in brackets, and it may contain blanks. Fields 14 and 15 are utime and stime.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Seconds of CPU that all cores of the machine together have used since it started. */
export function machineCpuSeconds(): number {
  // "cpu", user, nice, system, idle, iowait, irq, softirq, steal
  const [, user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .split(/\s+/, 9)
    .map(Number);
  return (
    [user, nice, system, irq, softirq, steal].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) / ticksPerSecond
  );
}

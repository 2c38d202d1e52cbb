import { execFileSync } from "node:child_process";

/** Ids of this user's processes whose command line has a text. @param parent only the children of this process */
export function processesWith(text: string, parent?: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.flatMap((line) => {
    const [, pid, ppid, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const isMeant = args.includes(text) && (parent === undefined || Number(ppid) === parent);
    return isMeant ? [Number(pid)] : [];
  });
}

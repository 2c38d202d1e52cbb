// Loaded by Node into every process of a preview. In the one that evaluates the program, it writes at the end what the process and its
// children have used, as a line of JSON.
const { appendFileSync, readdirSync, readFileSync } = require("node:fs");

/** Seconds of user CPU of a process: what it has used itself, and what its ended children have. The unit of the file is 10 ms. */
function userSeconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { own: Number(fields[11]) / 100, ended: Number(fields[13]) / 100 };
}

function childrenSeconds() {
  const pids = readdirSync("/proc/self/task").flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
  );
  return pids.reduce((sum, pid) => sum + userSeconds(pid).own, userSeconds("self").ended);
}

const { PREVIEW_COST_FILE: file } = process.env;
if (file !== undefined && /cmd[\\/]run([\\/]index\.js)?$/.test(process.argv[1] ?? "")) {
  process.once("exit", () => {
    const { user, system } = process.cpuUsage();
    const children = childrenSeconds();
    const cost = { user: user / 1e6 + children, system: system / 1e6, children, elapsed: process.uptime() };
    appendFileSync(file, `${JSON.stringify(cost)}\n`);
  });
}

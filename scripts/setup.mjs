// Prepares this checkout for `npm start` and `npm test`: installs the packages and a MySQL-compatible server.
// It runs before anything is installed, on the Node that the machine has. So it uses only Node's own modules.
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { clearInterval, setInterval } from "node:timers";

const root = join(import.meta.dirname, "..");
// Debian installs servers in /usr/sbin, which only root has on PATH.
const searchPath = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const onPath = (program) => searchPath.some((folder) => isExecutable(join(folder, program)));

function modifiedAt(file) {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function run(what, command, args, env = {}) {
  console.log(`setup: ${what} (${[command, ...args].join(" ")})`);
  const started = Date.now();
  let output = "";
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const endProgress = showProgress(what, started, () => output.trim().split("\n").at(-1));
  const problem = await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  });
  endProgress();
  if (problem !== undefined) stop(`${what} failed: ${problem}\n${output.trim().split("\n").slice(0, 15).join("\n")}`);
  console.log(`setup: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Shows that the work goes on: in a terminal one line that changes, and else a new line every ten seconds. */
function showProgress(what, started, lastLine) {
  const seconds = () => Math.round((Date.now() - started) / 1000);
  if (!process.stdout.isTTY) {
    const timer = setInterval(() => console.log(`setup: still ${what} after ${seconds()} s`), 10_000);
    return () => clearInterval(timer);
  }
  const toLineStart = "\r\u001B[K";
  const timer = setInterval(() => {
    const line = `setup: ${seconds()} s  ${lastLine()}`;
    process.stdout.write(`${toLineStart}${line.slice(0, process.stdout.columns - 1)}`);
  }, 1_000);
  return () => {
    clearInterval(timer);
    process.stdout.write(toLineStart);
  };
}

function stop(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

async function installPackages() {
  // npm writes this file last. If it is older than the lock file, an install is missing or unfinished.
  if (modifiedAt("node_modules/.package-lock.json") >= modifiedAt("package-lock.json")) return;
  await run("installing packages", "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}

const canInstall = process.platform === "linux" && process.getuid?.() === 0 && onPath("apt-get");

async function aptInstall(what, packages) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("refreshing the package lists", "apt-get", ["update", "-q"], env);
  await run(`installing ${what}`, "apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], env);
}

async function installServer() {
  if (onPath("mysqld") || onPath("mariadbd")) return;
  if (canInstall) {
    await aptInstall("a MariaDB server", ["mariadb-server-core"]);
    return;
  }
  const remedy = {
    darwin: "On macOS, run `brew install mariadb`.",
    win32: "On Windows, use WSL with Debian or Ubuntu and run `sudo apt-get install mariadb-server-core` there.",
  };
  stop(
    "no MySQL-compatible server was found, because `mysqld` and `mariadbd` are not on PATH. " +
      (remedy[process.platform] ??
        "On Debian or Ubuntu, run `sudo apt-get install mariadb-server-core`; on Fedora, `sudo dnf install mariadb-server`."),
  );
}

/** The tests also connect other programs' clients through the proxy. */
async function installClients() {
  if (onPath("mariadb") && onPath("mysqlslap")) return;
  if (canInstall) {
    await aptInstall("MySQL clients for the tests", ["mariadb-client", "python3-pymysql"]);
    return;
  }
  stop(
    "the tests need the command-line clients `mariadb` and `mysqlslap`. On macOS, run `brew install mariadb`; " +
      "on Debian or Ubuntu, `sudo apt-get install mariadb-client`.",
  );
}

await installPackages();
await installServer();
if (process.argv.includes("--tests")) await installClients();

// Gets this checkout ready for `npm start` and `npm test`: packages, and a MySQL-compatible server.
// Runs on whatever Node the machine has, before anything is installed, so it uses Node's own modules only.
import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");
// Debian puts servers into /usr/sbin, which is on PATH for root only.
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

function run(what, command, args, env = {}) {
  console.log(`setup: ${what} (${[command, ...args].join(" ")})`);
  const started = Date.now();
  const result = spawnSync(command, args, { cwd: root, env: { ...process.env, ...env }, encoding: "utf8" });
  if (result.status !== 0) {
    const output = `${result.stdout ?? ""}${result.stderr ?? ""}`.trim().split("\n").slice(0, 15).join("\n");
    stop(`${what} failed: ${result.error?.message ?? `exit code ${result.status}`}\n${output}`);
  }
  console.log(`setup: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function stop(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

function installPackages() {
  // npm writes this file last, so it is older than the lock file only when an install is missing or unfinished.
  if (modifiedAt("node_modules/.package-lock.json") >= modifiedAt("package-lock.json")) return;
  run("installing packages", "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}

const canInstall = process.platform === "linux" && process.getuid?.() === 0 && onPath("apt-get");

function aptInstall(what, packages) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  run("refreshing the package lists", "apt-get", ["update", "-q"], env);
  run(`installing ${what}`, "apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], env);
}

function installServer() {
  if (onPath("mysqld") || onPath("mariadbd")) return;
  if (canInstall) {
    aptInstall("a MariaDB server", ["mariadb-server-core"]);
    return;
  }
  const remedy = {
    darwin: "On macOS, run `brew install mariadb`.",
    win32: "On Windows, use WSL with Debian or Ubuntu and run `sudo apt-get install mariadb-server-core` there.",
  };
  stop(
    "no MySQL-compatible server found: neither `mysqld` nor `mariadbd` is on PATH. " +
      (remedy[process.platform] ??
        "On Debian or Ubuntu, run `sudo apt-get install mariadb-server-core`; on Fedora, `sudo dnf install mariadb-server`."),
  );
}

/** The tests also send other people's clients through the proxy. */
function installClients() {
  if (onPath("mariadb") && onPath("mysqlslap")) return;
  if (canInstall) {
    aptInstall("MySQL clients for the tests", ["mariadb-client", "python3-pymysql"]);
    return;
  }
  stop(
    "the tests need the command-line clients `mariadb` and `mysqlslap`. On macOS, run `brew install mariadb`; " +
      "on Debian or Ubuntu, `sudo apt-get install mariadb-client`.",
  );
}

installPackages();
installServer();
if (process.argv.includes("--tests")) installClients();

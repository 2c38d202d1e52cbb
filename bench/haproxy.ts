import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Haproxy {
  port: number;
  pid: number;
  version: string;
  stop(): Promise<void>;
}

/** Starts HAProxy in TCP mode, with its defaults, in front of a database on this machine. Undefined if HAProxy is not installed. */
export async function startHaproxy(database: number): Promise<Haproxy | undefined> {
  const version = await promisify(execFile)("haproxy", ["-v"]).catch(() => undefined);
  if (!version) return undefined;
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "bench-haproxy-"));
  const lines = [
    "defaults",
    "  mode tcp",
    "  timeout connect 5s",
    "  timeout client 1h",
    "  timeout server 1h",
    "frontend clients",
    `  bind 127.0.0.1:${port}`,
    "  default_backend database",
    "backend database",
    `  server database 127.0.0.1:${database}`,
  ];
  await writeFile(join(folder, "haproxy.cfg"), `${lines.join("\n")}\n`);
  const child = spawn("haproxy", ["-db", "-f", join(folder, "haproxy.cfg")], { stdio: "ignore" });
  await listening(port);
  return {
    port,
    pid: child.pid ?? 0,
    version: version.stdout.split(" ").slice(0, 3).join(" "),
    stop: async () => {
      child.kill();
      await once(child, "exit");
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, "127.0.0.1");
    const isThere = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("HAProxy did not start to listen within two seconds.");
}

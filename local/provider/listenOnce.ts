import { once } from "node:events";
import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { answers } from "../answers";

/**
 * Listens on a socket path, unless somebody listens there already: then it returns undefined. A socket that a killed process left
 * behind is replaced.
 */
export async function listenOnce(path: string, serve: (socket: Socket) => void): Promise<Server | undefined> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await chmod(dirname(path), 0o700);
  if (await answers(path)) return undefined;
  await rm(path, { force: true });
  const server = createServer(serve);
  server.listen(path);
  try {
    await once(server, "listening");
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
    throw error;
  }
}

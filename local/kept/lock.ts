import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { answers } from "../answers";

/** Lets go of a folder. */
export type Release = () => Promise<void>;

/**
 * Takes a folder for one process. A file in it names a socket that only a living owner answers. So nothing has to be cleaned up after
 * a crash.
 *
 * @param temporary the owner's own temporary folder, which is for the socket
 * @returns undefined when another process has the folder
 */
export async function lock(folder: string, temporary: string): Promise<Release | undefined> {
  const file = join(folder, "in-use");
  const path = join(temporary, "data.sock");
  const server = createServer((socket) => socket.end());
  server.listen(path);
  await once(server, "listening");
  server.unref();
  const close = async () => {
    server.close();
    await once(server, "close");
  };
  if (!(await claim(file, path))) {
    await close();
    return undefined;
  }
  return async () => {
    await rm(file, { force: true });
    await close();
  };
}

async function claim(file: string, path: string): Promise<boolean> {
  try {
    await writeFile(file, path, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const owner = await readFile(file, "utf8").catch(() => "");
  if (owner !== "" && (await answers(owner))) return false;
  await rm(file, { force: true });
  return claim(file, path);
}

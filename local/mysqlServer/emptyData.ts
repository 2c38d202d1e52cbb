import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ServerBinary } from "./binary";
import { serverFlags } from "./flags";

/** What is in here can be deleted at any time. The next run makes it again. */
const cache = join(__dirname, "../../.cache/empty-data");

/**
 * Finds the place of a server's empty data: the system tables, and nothing else. A server needs up to three seconds to
 * make them, but always makes the same. So they are made once, and then every data folder starts as a copy.
 *
 * @param script the SQL that makes the system tables
 * @returns a folder, which is there only after `keepEmptyData`. Another server, flag or script gets another folder.
 */
export async function emptyDataOf(binary: ServerBinary, script: string): Promise<string> {
  const { size, mtimeMs } = await stat(binary.path);
  const origin = JSON.stringify([binary, size, mtimeMs, serverFlags(binary, ""), script]);
  const digest = createHash("sha256").update(origin).digest("hex").slice(0, 16);
  return join(cache, `${binary.flavour}-${binary.version}-${digest}`);
}

/** Keeps a copy of a data folder that is new and whose server has ended. Without a disk to keep it on, it does nothing. */
export async function keepEmptyData(place: string, data: string): Promise<void> {
  let unfinished: string | undefined;
  try {
    await mkdir(dirname(place), { recursive: true });
    unfinished = await mkdtemp(`${place}-`);
    await cp(data, unfinished, { recursive: true });
    // The id of a server. Each server makes its own.
    await rm(join(unfinished, "auto.cnf"), { force: true });
    // Others only ever see a folder that is complete.
    await rename(unfinished, place);
  } catch {
    // Another process was faster, or the disk is full or read-only. The data folder is good in any case.
    if (unfinished !== undefined) await rm(unfinished, { recursive: true, force: true });
  }
}

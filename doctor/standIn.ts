import { readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Place } from "./sdk";

/** What a stand-in that stays up has written into its folder. */
interface Operator {
  url: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** A stand-in of this machine, and the functions that it has. */
export interface StandIn {
  place: Place;
  functionNames: string[];
}

/**
 * Finds the stand-in of this user that has a function, and among several the one that was started last. Without a function's name, or
 * if none has it, that is the last one of all.
 *
 * @throws Error when none stays up
 */
export async function findStandIn(functionName?: string): Promise<StandIn> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith("rds-proxy-stand-in-"));
  const found = await Promise.all(folders.map((name) => read(join(tmpdir(), name, "operator.json"))));
  const written = found.flatMap((one) => one ?? []).sort((one, other) => other.time - one.time);
  const up = (await Promise.all(written.map(({ operator }) => ask(operator)))).flatMap((one) => one ?? []);
  const [newest] = up;
  if (newest === undefined) {
    throw new Error("No stand-in stays up on this machine: start one with `lambda-rds-proxy local --stay`.");
  }
  return up.find(({ functionNames }) => functionName !== undefined && functionNames.includes(functionName)) ?? newest;
}

/** Undefined when nobody answers: the stand-in is on its way down. */
async function ask({ url, region, ...credentials }: Operator): Promise<StandIn | undefined> {
  try {
    const { Functions: functionNames } = (await (await fetch(`${url}/`)).json()) as { Functions: string[] };
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    return {
      place: { endpoint: url, region, credentials: { accessKeyId, secretAccessKey, sessionToken } },
      functionNames,
    };
  } catch {
    return undefined;
  }
}

/** Undefined for a folder of somebody else, or of a stand-in that does not stay up. */
async function read(file: string): Promise<{ operator: Operator; time: number } | undefined> {
  try {
    const operator = JSON.parse(await readFile(file, "utf8")) as Operator;
    return { operator, time: (await stat(file)).mtimeMs };
  } catch {
    return undefined;
  }
}

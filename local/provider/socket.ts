import { createHash } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import type { Lasting } from "../account";

/** What a running stand-in says of itself, as a line of JSON to everybody who connects to its socket. */
export interface Announcement {
  /** Port of each provider on the loopback address, by the name of its package. */
  ports: Record<string, number>;
  /** What it keeps for its next start. */
  lasting: Lasting;
}

/** Takes the place of an announcement when the stand-in cannot start. */
export interface Refusal {
  refusal: string;
}

/** What a command asks of the stand-in, as a line of JSON. */
export type Order =
  | { order: "status" }
  /** Delete what a killed engine left behind: all resources of these URNs but those with these ids. */
  | { order: "forget"; urns: Record<string, string[]> }
  /** Take everything down and end. */
  | { order: "stop" };

/** The stand-in's answer to an order, as a line of JSON. */
export interface Status {
  /** How many resources exist. */
  resources: number;
  /** URL of the loopback API, if there is an account. */
  url?: string | undefined;
}

/**
 * Path of the socket of the stand-in for a folder. The system limits its length, so it is not in that folder. Only this user can
 * open the folder that it is in.
 */
export function socketPath(folder: string): string {
  const hash = createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 16);
  return join(tmpdir(), `rds-proxy-stand-in-${userInfo().uid}`, `${hash}.sock`);
}

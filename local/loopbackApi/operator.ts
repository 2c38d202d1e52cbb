import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How AWS's SDK reaches a stand-in that stays up. */
export interface Operator {
  url: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Writes it into the run's folder, which the reaper deletes. `doctor --local` looks for the file there. */
export async function writeOperatorFile(folder: string, operator: Operator): Promise<void> {
  const { url, region, accessKeyId, secretAccessKey, sessionToken } = operator;
  const text = JSON.stringify({ url, region, accessKeyId, secretAccessKey, sessionToken });
  await writeFile(join(folder, "operator.json"), text, { mode: 0o600 });
}

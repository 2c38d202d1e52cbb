import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Connection } from "./connection";
import type { WorkFolder } from "./workFolder";

/** The part of a state file that matters here. */
interface State {
  checkpoint?: {
    latest?: {
      resources?: { urn: string; id?: string }[];
      pending_operations?: { resource: { urn: string }; type: string }[];
    };
  };
}

/** Deletes what an engine was creating when it was killed. The next `pulumi up` creates it again. */
export async function forgetPendingCreations(
  folder: WorkFolder,
  projectName: string,
  connection: Connection,
): Promise<void> {
  const urns = await pendingCreations(folder, projectName);
  if (Object.keys(urns).length > 0) await connection.order({ order: "forget", urns });
}

/**
 * Returns what an engine was creating when it was killed: the URNs, each with the ids that the state has for it. What exists beyond
 * those ids is in nobody's state. A stack that is locked may be in use, so it is left out.
 */
async function pendingCreations(folder: WorkFolder, projectName: string): Promise<Record<string, string[]>> {
  const stacks = join(folder.state, ".pulumi", "stacks", projectName);
  const files = (await readdir(stacks).catch(() => [])).filter((file) => file.endsWith(".json"));
  const pending: Record<string, string[]> = {};
  for (const file of files) {
    const stack = file.slice(0, -".json".length);
    const locks = join(folder.state, ".pulumi", "locks", "organization", projectName, stack);
    if ((await readdir(locks).catch(() => [])).length > 0) continue;
    const { checkpoint } = JSON.parse(await readFile(join(stacks, file), "utf8")) as State;
    const { resources = [], pending_operations: operations = [] } = checkpoint?.latest ?? {};
    for (const { resource, type } of operations) {
      if (type !== "creating") continue;
      pending[resource.urn] = resources.flatMap(({ urn, id }) =>
        urn === resource.urn && id !== undefined ? [id] : [],
      );
    }
  }
  return pending;
}

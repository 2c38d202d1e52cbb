import * as pulumi from "@pulumi/pulumi";
import type { Grant, GrantTarget } from "../../handler/manage/event";
import type { Migration } from "../database/migrations";
import type { UserSettings } from "../login/arguments";

/** What the managing function sees to, as far as the program says it. */
interface Managed {
  users: UserSettings[];
  migrations: Migration[];
}

/**
 * What a deployment makes in the database, by names and without values. As inputs of the component they are known before anything
 * exists, so previews say which user or migration is new, changes or goes.
 */
export function contentsOf({ users, migrations }: Managed): Record<string, string> {
  return Object.fromEntries([
    ...users.flatMap(({ name, managed, ...rotations }) =>
      managed === undefined ? [] : [[`user ${name}`, described(managed.grants, managed.keep, rotations)]],
    ),
    ...migrations
      .filter(({ isWanted }) => isWanted)
      .map(({ name, checksum }) => [`migration ${name}`, checksum.slice(0, shownDigits)]),
  ]) as Record<string, string>;
}

const shownDigits = 12;

/** Such as `SELECT, INSERT on table orders; EXECUTE on procedure close_month`. */
function described(
  grants: Grant[],
  keep: boolean,
  { rotation, rotationDays: days }: Pick<UserSettings, "rotation" | "rotationDays">,
): string {
  const list = grants.map(({ privileges, on, columns, withGrantOption }) => {
    const of = columns === undefined ? "" : ` (${columns.join(", ")})`;
    return `${privileges.join(", ")}${of} on ${target(on)}${withGrantOption === true ? " with grant option" : ""}`;
  });
  const more = [
    ...(rotation === undefined ? [] : [`rotation ${rotation}`]),
    ...(days === undefined ? [] : [`rotated every ${days} days`]),
    ...(keep ? ["kept at the end"] : []),
  ];
  return [list.length === 0 ? "no privileges" : list.join("; "), ...more].join(", ");
}

function target(on: GrantTarget = {}): string {
  if (on === "*.*") return on;
  const { database, ...inside } = on as Partial<Record<string, string>>;
  const parts = Object.entries({ ...inside, database }).filter(([, name]) => name !== undefined);
  return parts.length === 0 ? "the program's database" : parts.map(([kind, name]) => `${kind} ${name}`).join(" of ");
}

/**
 * Says in the first preview what the deployment will make in the database. Pulumi shows inputs of what is new only with `--diff`.
 *
 * @param made what is known only when the managing function exists
 */
export function announceFirst(
  contents: Record<string, string>,
  made: pulumi.Output<string>,
  parent: pulumi.Resource,
): void {
  if (!pulumi.runtime.isDryRun()) return;
  const { isKnown } = made as unknown as { isKnown: Promise<boolean> };
  void isKnown.then((exists) =>
    exists
      ? undefined
      : pulumi.log.info(`The deployment makes in the database: ${Object.keys(contents).join(", ")}.`, parent),
  );
}

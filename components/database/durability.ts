import * as aws from "@pulumi/aws";
import type { Fields } from "../base/fields";
import { isSameClass, type Override } from "../base/override";
import { isRecord, type Validator } from "../base/validator";

/** Whether a database may vanish with its stack, or must survive mistakes. */
export type DurabilityName = "disposable" | "durable";

/** All that protects the data from mistakes and failures. */
export interface Durability {
  /** Whether Pulumi itself refuses to delete the database. */
  protect: boolean;
  /** Whether RDS refuses to delete the database. */
  deletionProtection: boolean;
  /** Whether RDS keeps a final snapshot and the automatic backups when the database is deleted. */
  finalSnapshot: boolean;
  /** Days for which automatic backups are kept, 1 to 35; an instance (but not a cluster) also takes 0, for none. */
  backupRetentionInDays: number;
  /** Days for which a deleted secret can be brought back, 7 to 30, or 0: deleted at once. */
  secretRecoveryWindowInDays: number;
  /** Whether there is a standby in another availability zone; with Aurora, a reader. */
  multiAz: boolean;
  /**
   * Whether RDS makes changes at once that restart the database or that it could put off, such as a new instance class, a new
   * version or what `auth: "iam-end-to-end"` needs. Otherwise it makes them in the next weekly maintenance window, and until
   * then only Pulumi's state has changed.
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html
   */
  applyImmediately: boolean;
}

/** One of the two sets, or one of them with changes: `{ like: "durable", multiAz: false }`. */
export type DurabilityArgs = DurabilityName | (DurabilityLike & Partial<Durability>);

/** The set that changes begin with. */
export interface DurabilityLike {
  /** Name of the set. */
  like: DurabilityName;
}

export const durabilities: Record<DurabilityName, Durability> = {
  disposable: {
    protect: false,
    deletionProtection: false,
    finalSnapshot: false,
    backupRetentionInDays: 1,
    secretRecoveryWindowInDays: 0,
    multiAz: false,
    applyImmediately: true,
  },
  durable: {
    protect: true,
    deletionProtection: true,
    finalSnapshot: true,
    backupRetentionInDays: 7,
    secretRecoveryWindowInDays: 30,
    multiAz: true,
    applyImmediately: false,
  },
};

const names = Object.keys(durabilities) as DurabilityName[];
const setRule = 'it says which of the two sets the rest changes: give "disposable" or "durable"';

export function normalizeDurability(
  args: Fields<{ durability?: DurabilityArgs | undefined }>,
  isCluster: boolean,
): Durability {
  if (!isRecord(args.value("durability"))) return durabilities[args.oneOf("durability", names, "disposable")];
  const given = args.object<Exclude<DurabilityArgs, string>>("durability");
  const named = durabilities[given.oneOf("like", names, undefined) ?? given.refuse("like", setRule)];
  const backupDays = { min: isCluster ? 1 : 0, max: 35, unit: "days" };
  const recoveryDays = { min: 7, max: 30, unit: "days, or 0,", or: 0 };
  const durability = {
    protect: given.boolean("protect", named.protect),
    deletionProtection: given.boolean("deletionProtection", named.deletionProtection),
    finalSnapshot: given.boolean("finalSnapshot", named.finalSnapshot),
    backupRetentionInDays: given.number("backupRetentionInDays", backupDays, named.backupRetentionInDays),
    secretRecoveryWindowInDays: given.number(
      "secretRecoveryWindowInDays",
      recoveryDays,
      named.secretRecoveryWindowInDays,
    ),
    multiAz: given.boolean("multiAz", named.multiAz),
    applyImmediately: given.boolean("applyImmediately", named.applyImmediately),
  };
  given.end();
  if (durability.deletionProtection && !durability.protect) {
    // Pulumi deletes the proxy and its role before the database, so RDS would refuse only when these are gone.
    const rule = "RDS's own protection would stop `pulumi destroy` half-way: set deletionProtection to false as well";
    given.check.refuse("durability.protect", false, rule);
  }
  return durability;
}

/** Refuses what {@link normalizeDurability} refuses, when it comes by way of an override. */
export function checkProtection(check: Validator, { deletionProtection }: Durability, overrides: Override[]): void {
  const isDatabase = ({ type }: Override) =>
    [aws.rds.Instance, aws.rds.Cluster].some((other) => isSameClass(type, other));
  if (!deletionProtection || !overrides.some((change) => change.opts.protect === false && isDatabase(change))) return;
  const rule =
    "RDS's own protection would stop `pulumi destroy` half-way: use durability with protect and deletionProtection false";
  check.refuse("protect in one of overrides", false, rule);
}

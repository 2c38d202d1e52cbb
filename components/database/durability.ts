import type { Validator } from "../base/validator";

/** Whether a database may vanish with its stack, or must survive mistakes. */
export type DurabilityName = "disposable" | "durable";

/** All that protects the data from mistakes and failures. */
export interface Durability {
  /** Whether Pulumi itself refuses to delete the database. */
  protect: boolean;
  /** Whether RDS refuses to delete the database. */
  deletionProtection: boolean;
  /** Whether a snapshot is left behind when the database is deleted. */
  finalSnapshot: boolean;
  /** Days for which automatic backups are kept, 1 to 35; an instance (but not a cluster) also takes 0, for none. */
  backupRetentionInDays: number;
  /** Days for which a deleted secret can be brought back, 7 to 30, or 0: deleted at once. */
  secretRecoveryWindowInDays: number;
  /** Whether there is a standby in another availability zone; with Aurora, a reader. */
  multiAz: boolean;
  /**
   * Whether a change for which the database restarts, or that RDS could put off, is made at once, or in the next weekly
   * maintenance window: until then nothing has changed but Pulumi's state. Among these are the instance class, the engine's
   * version and what `auth: "iam-end-to-end"` needs.
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html
   */
  applyImmediately: boolean;
}

/** One of the two sets, or one of them with changes: `{ like: "durable", multiAz: false }`. */
export type DurabilityArgs = DurabilityName | ({ like: DurabilityName } & Partial<Durability>);

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

export function normalizeDurability(check: Validator, args: DurabilityArgs, isCluster: boolean): Durability {
  const { like, ...changes } = typeof args === "string" ? { like: args } : args;
  const argument = typeof args === "string" ? "durability" : "durability.like";
  const named = durabilities[check.oneOf(argument, like, ["disposable", "durable"])];
  check.noOther("a key of durability", changes, named);
  const durability = { ...named, ...changes };
  const { backupRetentionInDays: days, secretRecoveryWindowInDays: window } = durability;
  check.wholeNumber("durability.backupRetentionInDays", days, isCluster ? 1 : 0, 35, "days");
  if (window !== 0) check.wholeNumber("durability.secretRecoveryWindowInDays", window, 7, 30, "days, or 0,");
  return durability;
}

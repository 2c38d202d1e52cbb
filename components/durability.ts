import type * as aws from "@pulumi/aws";

/** Whether a database may vanish with its stack, or must survive mistakes. */
export type DurabilityName = "disposable" | "durable";

/** What a durability means for each resource that it touches. */
export interface Durability {
  /** Whether Pulumi itself refuses to delete the database. */
  protect: boolean;
  /** Days for which a deleted secret can be brought back. 0 frees its name at once. */
  secretRecoveryWindowInDays: number;
  instance: Pick<
    aws.rds.InstanceArgs,
    "deletionProtection" | "skipFinalSnapshot" | "backupRetentionPeriod" | "copyTagsToSnapshot"
  >;
}

export const durabilities: Record<DurabilityName, Durability> = {
  disposable: {
    protect: false,
    secretRecoveryWindowInDays: 0,
    instance: {
      deletionProtection: false,
      skipFinalSnapshot: true,
      backupRetentionPeriod: 1,
      copyTagsToSnapshot: true,
    },
  },
  durable: {
    protect: true,
    secretRecoveryWindowInDays: 30,
    instance: {
      deletionProtection: true,
      skipFinalSnapshot: false,
      backupRetentionPeriod: 7,
      copyTagsToSnapshot: true,
    },
  },
};

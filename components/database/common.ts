import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Scope } from "../base/scope";
import type { Network } from "../network/network";
import type { ClusterSettings, InstanceSettings } from "./arguments";
import type { Durability } from "./durability";
import { observabilityOf } from "./observability";
import { parametersOf } from "./parameters";
import type { DatabaseContext } from "./server";
import { ignoredVersion } from "./version";

/**
 * The database's kinds of addresses: both where the proxy comes by IPv6, and otherwise AWS's default, IPv4.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-network-prereqs.html
 */
function addressesOf({ ipv6 }: DatabaseContext): { networkType?: "DUAL" } {
  return ipv6 ? { networkType: "DUAL" } : {};
}

/** ARN of the secret that RDS made for a database's master user, if it did. Mocks may have no such output. */
export function managedSecretArn(secrets: pulumi.Output<{ secretArn: string }[] | undefined>): pulumi.Output<string> {
  return secrets.apply((all) => all?.[0]?.secretArn ?? "");
}

/** Options of a database of our own. */
export function optionsOf(settings: OwnServer, { durability }: DatabaseContext): pulumi.CustomResourceOptions {
  const ignored = [
    ...ignoredVersion(settings),
    // AWS takes this choice when it creates a database. The provider would send a later one for ever, without effect.
    // https://github.com/hashicorp/terraform-provider-aws/issues/44552
    "engineLifecycleSupport",
  ];
  // A restored database is encrypted exactly if its snapshot is. Otherwise the next deployment would replace an unencrypted one,
  // and lose what was written since.
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html#Overview.Encryption.Limitations
  if (settings.snapshotIdentifier !== undefined) ignored.push("storageEncrypted");
  return { protect: durability.protect, ignoreChanges: ignored, customTimeouts: settings.timeouts };
}

/** A database that is created here: an instance or a cluster. */
type OwnServer = InstanceSettings | ClusterSettings;

/** What instances and clusters are told alike. */
export function commonArgs(settings: OwnServer, context: DatabaseContext, subnetGroup: aws.rds.SubnetGroup) {
  const { master, durability } = context;
  return {
    ...lifecycleOf(settings.extendedSupport),
    // RDS upgrades to another major version only with this permission. Setting engineVersion to it is the decision.
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.MySQL.Major.html
    allowMajorVersionUpgrade: true,
    ...(master.password === undefined && {
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: master.kmsKeyArn,
    }),
    iamDatabaseAuthenticationEnabled: context.iamAuthentication,
    port: settings.port,
    dbSubnetGroupName: subnetGroup.name,
    vpcSecurityGroupIds: [context.securityGroupId],
    ...addressesOf(context),
    storageEncrypted: true,
    backupRetentionPeriod: durability.backupRetentionInDays,
    copyTagsToSnapshot: true,
    applyImmediately: durability.applyImmediately,
    ...observabilityOf(settings),
  };
}

function lifecycleOf(extendedSupport: boolean | undefined): { engineLifecycleSupport?: string } {
  if (extendedSupport === undefined) return {};
  const suffix = extendedSupport ? "" : "-disabled";
  return { engineLifecycleSupport: `open-source-rds-extended-support${suffix}` };
}

/** What happens to a database's data at its end. */
export function deletionOf(scope: Scope, durability: Durability, replacedBy: Record<string, pulumi.Input<string>>) {
  const { deletionProtection, finalSnapshot } = durability;
  if (!finalSnapshot) return { deletionProtection, skipFinalSnapshot: true, deleteAutomatedBackups: true };
  // AWS refuses to delete a database whose final snapshot's name is taken. So each database has a name of its own for it,
  // even one that replaces an earlier one.
  const suffix = scope.create(random.RandomId, "final-snapshot", { byteLength: 4, keepers: replacedBy });
  return {
    deletionProtection,
    skipFinalSnapshot: false,
    deleteAutomatedBackups: false,
    finalSnapshotIdentifier: pulumi.interpolate`${scope.name}-final-${suffix.hex}`,
  };
}

/** What the parameter groups of instances and of clusters are told alike. */
export function parameterGroupArgs(scope: Scope, { engine, engineVersion, parameters }: OwnServer) {
  return {
    family: engine.family(engineVersion),
    description: `Parameters of ${scope.name}`,
    parameters: parametersOf(parameters),
    tags: scope.tags,
  };
}

/** The subnets that RDS may put a database into. */
export function createSubnetGroup(scope: Scope, network: Network): aws.rds.SubnetGroup {
  return scope.create(aws.rds.SubnetGroup, "database", {
    subnetIds: network.subnetIds,
    description: `Subnets of ${scope.name}`,
    tags: scope.tags,
  });
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { InstanceSettings } from "./arguments";
import { parametersOf } from "./parameters";
import {
  addressesOf,
  createSubnetGroup,
  type DatabaseContext,
  type DatabaseServer,
  deletionOf,
  managedSecretArn,
  optionsOf,
} from "./server";

/** Creates an RDS instance with its subnet group and parameter group. */
export function createInstance(scope: Scope, settings: InstanceSettings, context: DatabaseContext): DatabaseServer {
  const { network, securityGroupId, databaseName, master, durability, iamAuthentication } = context;
  const { engine, engineVersion, snapshotIdentifier } = settings;
  const subnetGroup = createSubnetGroup(scope, network);
  const parameterGroup = scope.create(aws.rds.ParameterGroup, "database", {
    family: engine.family(engineVersion),
    description: `Parameters of ${scope.name}`,
    parameters: parametersOf(settings.parameters),
    tags: scope.tags,
  });
  // A snapshot has a database and a master user already.
  const origin: Record<string, string> =
    snapshotIdentifier === undefined ? { dbName: databaseName, username: master.username } : { snapshotIdentifier };
  const instance = scope.create(
    aws.rds.Instance,
    "database",
    {
      engine: engine.name,
      // A prefix such as 8.4 means the newest minor version, and causes no diff when AWS upgrades that.
      engineVersion,
      autoMinorVersionUpgrade: true,
      // RDS upgrades to the next major version only with this permission. Setting engineVersion to it is the decision.
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.MySQL.Major.html
      allowMajorVersionUpgrade: true,
      instanceClass: settings.instanceClass,
      allocatedStorage: settings.allocatedStorage,
      maxAllocatedStorage: settings.maxAllocatedStorage,
      storageType: "gp3",
      storageEncrypted: true,
      ...origin,
      ...(master.password === undefined
        ? { manageMasterUserPassword: true, masterUserSecretKmsKeyId: master.kmsKeyArn }
        : { password: master.password }),
      iamDatabaseAuthenticationEnabled: iamAuthentication,
      port: settings.port,
      dbSubnetGroupName: subnetGroup.name,
      parameterGroupName: parameterGroup.name,
      vpcSecurityGroupIds: [securityGroupId],
      ...addressesOf(context),
      publiclyAccessible: false,
      multiAz: durability.multiAz,
      backupRetentionPeriod: durability.backupRetentionInDays,
      copyTagsToSnapshot: true,
      applyImmediately: durability.applyImmediately,
      ...deletionOf(scope, durability, { ...origin, engine: engine.name, subnetGroup: subnetGroup.name }),
      tags: scope.tags,
    },
    optionsOf(durability, snapshotIdentifier),
  );
  return {
    engine,
    identifier: { dbInstanceIdentifier: instance.identifier },
    address: instance.address,
    port: pulumi.output(settings.port),
    resourceId: instance.resourceId,
    secretArn: managedSecretArn(instance.masterUserSecrets),
    ready: [instance],
    readers: [],
  };
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { InstanceSettings } from "./arguments";
import { commonArgs, createSubnetGroup, deletionOf, managedSecretArn, optionsOf, parameterGroupArgs } from "./common";
import { monitoringOf } from "./observability";
import type { DatabaseContext, DatabaseServer } from "./server";
import { parameterGroupOptions } from "./version";

/** Creates an RDS instance with its subnet group and parameter group. */
export function createInstance(scope: Scope, settings: InstanceSettings, context: DatabaseContext): DatabaseServer {
  const { network, databaseName, master, durability } = context;
  const { engine, engineVersion, snapshotIdentifier } = settings;
  const subnetGroup = createSubnetGroup(scope, network);
  const parameterGroup = scope.create(
    aws.rds.ParameterGroup,
    "database",
    parameterGroupArgs(scope, settings),
    parameterGroupOptions(settings, durability.applyImmediately),
  );
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
      autoMinorVersionUpgrade: !settings.isFullVersion,
      ...commonArgs(settings, context, subnetGroup),
      ...origin,
      ...(master.password !== undefined && { password: master.password }),
      instanceClass: settings.instanceClass,
      allocatedStorage: settings.allocatedStorage,
      maxAllocatedStorage: settings.maxAllocatedStorage,
      storageType: "gp3",
      parameterGroupName: parameterGroup.name,
      publiclyAccessible: false,
      multiAz: durability.multiAz,
      ...(settings.blueGreenUpdate && { blueGreenUpdate: { enabled: true } }),
      ...monitoringOf(scope, settings),
      ...deletionOf(scope, durability, { ...origin, engine: engine.name, subnetGroup: subnetGroup.name }),
      tags: scope.tags,
    },
    optionsOf(settings, context),
  );
  return {
    engine,
    identifier: { dbInstanceIdentifier: instance.identifier },
    address: instance.address,
    port: pulumi.output(settings.port),
    resourceId: instance.resourceId,
    secretArn: managedSecretArn(instance.masterUserSecrets),
    instance,
    ready: [instance],
    readers: [],
  };
}

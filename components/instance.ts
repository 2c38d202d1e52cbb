import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Durability } from "./durability";
import type { Network } from "./network";
import type { Scope } from "./scope";

/** The database that the proxy stands in front of, whatever it is made of. */
export interface DatabaseServer {
  /** What `dbInstanceIdentifier` in the secret and the proxy's target name. */
  identifier: pulumi.Output<string>;
  /** Host name, without the port. */
  address: pulumi.Output<string>;
  port: pulumi.Output<number>;
  /** Never the same for two databases, even with the same identifier. */
  resourceId: pulumi.Output<string>;
  /** What has to exist before the database can be registered with a proxy. */
  ready: pulumi.Resource[];
}

/** What a database instance is created from, all of it checked and with defaults filled in. */
export interface InstanceSettings {
  engineVersion: string;
  instanceClass: string;
  allocatedStorage: number;
  databaseName: string;
  username: string;
  durability: Durability;
}

/** Creates an RDS for MySQL instance with its subnet group and parameter group. */
export function createInstance(
  scope: Scope,
  network: Network,
  securityGroupId: pulumi.Input<string>,
  settings: InstanceSettings,
  password: pulumi.Input<string>,
): DatabaseServer {
  const subnetGroup = scope.create(aws.rds.SubnetGroup, "database", {
    subnetIds: network.subnetIds,
    description: `Subnets of ${scope.name}`,
    tags: scope.tags,
  });
  const parameterGroup = scope.create(aws.rds.ParameterGroup, "database", {
    family: `mysql${majorVersion(settings.engineVersion)}`,
    description: `Parameters of ${scope.name}`,
    tags: scope.tags,
  });
  const instance = scope.create(
    aws.rds.Instance,
    "database",
    {
      engine: "mysql",
      // A prefix such as 8.4 names the newest minor version, and stays free of diffs while AWS upgrades it.
      engineVersion: settings.engineVersion,
      autoMinorVersionUpgrade: true,
      instanceClass: settings.instanceClass,
      allocatedStorage: settings.allocatedStorage,
      storageType: "gp3",
      storageEncrypted: true,
      dbName: settings.databaseName,
      username: settings.username,
      password,
      dbSubnetGroupName: subnetGroup.name,
      parameterGroupName: parameterGroup.name,
      vpcSecurityGroupIds: [securityGroupId],
      publiclyAccessible: false,
      multiAz: false,
      ...settings.durability.instance,
      ...finalSnapshot(scope, settings.durability),
      tags: scope.tags,
    },
    { protect: settings.durability.protect },
  );
  return {
    identifier: instance.identifier,
    address: instance.address,
    port: instance.port,
    resourceId: instance.resourceId,
    ready: [instance],
  };
}

/** `8.4` of `8.4.6`: parameter group families are per major version. */
function majorVersion(engineVersion: string): string {
  return engineVersion.split(".").slice(0, 2).join(".");
}

/** AWS refuses to delete a database whose final snapshot's name is taken, so the name is new for each one. */
function finalSnapshot(scope: Scope, { instance }: Durability): Pick<aws.rds.InstanceArgs, "finalSnapshotIdentifier"> {
  if (instance.skipFinalSnapshot) return {};
  const suffix = scope.create(random.RandomId, "final-snapshot", { byteLength: 4 });
  return { finalSnapshotIdentifier: pulumi.interpolate`${scope.name}-final-${suffix.hex}` };
}

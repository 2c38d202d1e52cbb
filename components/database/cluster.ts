import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { ClusterSettings } from "./arguments";
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

/** Creates an Aurora MySQL cluster: its storage and endpoints, a writer, and readers. */
export function createCluster(scope: Scope, settings: ClusterSettings, context: DatabaseContext): DatabaseServer {
  const { network, securityGroupId, databaseName, master, durability, iamAuthentication } = context;
  const { engine, engineVersion, snapshotIdentifier, serverless } = settings;
  const subnetGroup = createSubnetGroup(scope, network);
  const parameterGroup = scope.create(aws.rds.ClusterParameterGroup, "database", {
    family: engine.family(engineVersion),
    description: `Parameters of ${scope.name}`,
    parameters: parametersOf(settings.parameters),
    tags: scope.tags,
  });
  // A snapshot has a database and a master user already.
  const origin: Record<string, string> =
    snapshotIdentifier === undefined ? { databaseName, masterUsername: master.username } : { snapshotIdentifier };
  const cluster = scope.create(
    aws.rds.Cluster,
    "database",
    {
      engine: engine.name,
      engineVersion,
      ...origin,
      ...(master.password === undefined
        ? { manageMasterUserPassword: true, masterUserSecretKmsKeyId: master.kmsKeyArn }
        : { masterPassword: master.password }),
      iamDatabaseAuthenticationEnabled: iamAuthentication,
      port: settings.port,
      serverlessv2ScalingConfiguration: serverless,
      dbSubnetGroupName: subnetGroup.name,
      dbClusterParameterGroupName: parameterGroup.name,
      vpcSecurityGroupIds: [securityGroupId],
      ...addressesOf(context),
      storageEncrypted: true,
      backupRetentionPeriod: durability.backupRetentionInDays,
      copyTagsToSnapshot: true,
      applyImmediately: durability.applyImmediately,
      ...deletionOf(scope, durability, { ...origin, subnetGroup: subnetGroup.name }),
      tags: scope.tags,
    },
    optionsOf(durability, snapshotIdentifier),
  );
  const createMember = (key: string, dependsOn: pulumi.Resource[]) =>
    scope.create(
      aws.rds.ClusterInstance,
      key,
      {
        clusterIdentifier: cluster.clusterIdentifier,
        engine: engine.name as aws.rds.EngineType,
        engineVersion: cluster.engineVersion,
        instanceClass: serverless === undefined ? settings.instanceClass : "db.serverless",
        dbSubnetGroupName: subnetGroup.name,
        publiclyAccessible: false,
        applyImmediately: durability.applyImmediately,
        tags: scope.tags,
      },
      { dependsOn },
    );
  // Aurora makes the first instance the writer, so the readers are created after it.
  const writer = createMember("writer", []);
  const readers = Array.from({ length: settings.readers }, (_, index) => createMember(`reader-${index + 1}`, [writer]));
  return {
    engine,
    identifier: { dbClusterIdentifier: cluster.clusterIdentifier },
    address: cluster.endpoint,
    port: pulumi.output(settings.port),
    resourceId: cluster.clusterResourceId,
    secretArn: managedSecretArn(cluster.masterUserSecrets),
    // The cluster exists minutes before it has a server to connect to. The proxy reaches each of them on its own.
    ready: [writer, ...readers],
    readers,
  };
}

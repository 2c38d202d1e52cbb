import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { ClusterSettings } from "./arguments";
import { commonArgs, createSubnetGroup, deletionOf, managedSecretArn, optionsOf, parameterGroupArgs } from "./common";
import { monitoringOf } from "./observability";
import type { DatabaseContext, DatabaseServer } from "./server";
import { clusterVersion, parameterGroupOptions } from "./version";

/** Creates an Aurora MySQL cluster: its storage and endpoints, a writer, and readers. */
export function createCluster(scope: Scope, settings: ClusterSettings, context: DatabaseContext): DatabaseServer {
  const { network, databaseName, master, durability } = context;
  const { engine, snapshotIdentifier, serverless } = settings;
  const subnetGroup = createSubnetGroup(scope, network);
  const parameterGroup = scope.create(
    aws.rds.ClusterParameterGroup,
    "database",
    parameterGroupArgs(scope, settings),
    parameterGroupOptions(settings, durability.applyImmediately),
  );
  // A snapshot has a database and a master user already.
  const origin: Record<string, string> =
    snapshotIdentifier === undefined ? { databaseName, masterUsername: master.username } : { snapshotIdentifier };
  const cluster = scope.create(
    aws.rds.Cluster,
    "database",
    {
      engine: engine.name,
      engineVersion: clusterVersion(scope, settings),
      ...commonArgs(settings, context, subnetGroup),
      ...origin,
      ...(master.password !== undefined && { masterPassword: master.password }),
      serverlessv2ScalingConfiguration: serverless,
      dbClusterParameterGroupName: parameterGroup.name,
      ...deletionOf(scope, durability, { ...origin, subnetGroup: subnetGroup.name }),
      tags: scope.tags,
    },
    optionsOf(settings, context),
  );
  const monitoring = monitoringOf(scope, settings);
  // A member has the version of its cluster, and the provider cannot change it.
  const createMember = (key: string, dependsOn: pulumi.Resource[]) =>
    scope.create(
      aws.rds.ClusterInstance,
      key,
      {
        clusterIdentifier: cluster.clusterIdentifier,
        engine: engine.name as aws.rds.EngineType,
        autoMinorVersionUpgrade: !settings.isFullVersion,
        instanceClass: settings.instanceClass,
        dbSubnetGroupName: subnetGroup.name,
        publiclyAccessible: false,
        applyImmediately: durability.applyImmediately,
        ...monitoring,
        tags: scope.tags,
      },
      { dependsOn, customTimeouts: settings.timeouts },
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
    cluster,
    // The cluster exists minutes before it has a server to connect to. The proxy reaches each of them on its own.
    ready: [writer, ...readers],
    readers,
  };
}

import { randomHex } from "../account";
import { type Kind, nameOf } from "../engine";
import { refuseSnapshot, startDatabase, stopDatabase } from "./databaseServer";
import { auroraMaxConnectionsOf } from "./instanceClass";
import { type MasterPasswordInputs, masterPasswordOf } from "./masterPassword";
import { maxConnectionsParameter } from "./parameterGroup";

interface ClusterInputs extends MasterPasswordInputs {
  masterUsername?: string;
  masterPassword?: string;
  databaseName?: string;
  dbSubnetGroupName?: string;
  dbClusterParameterGroupName?: string;
  vpcSecurityGroupIds?: string[];
  serverlessv2ScalingConfiguration?: { maxCapacity: number };
}

/** `aws.rds.Cluster`: endpoints and storage only. As on Aurora, the first instance brings the server. */
export const cluster: Kind = {
  create(inputs, resource, account) {
    refuseSnapshot(inputs);
    const given = inputs as unknown as ClusterInputs;
    const { masterUsername = "admin" } = given;
    const clusterIdentifier = nameOf(inputs.clusterIdentifier, resource);
    const domain = `${account.endpointHash}.${account.region}.rds.amazonaws.com`;
    const endpoint = `${clusterIdentifier}.cluster-${domain}`;
    const readerEndpoint = `${clusterIdentifier}.cluster-ro-${domain}`;
    const port = Number(inputs.port ?? 3306);
    const clusterResourceId = `cluster-${randomHex(26).toUpperCase()}`;
    const { password, secrets } = masterPasswordOf(
      account,
      { ...given, password: given.masterPassword },
      masterUsername,
    );
    account.rds.clusters.set(clusterIdentifier, {
      engine: "mysql",
      hostNames: [endpoint, readerEndpoint],
      port,
      resourceId: clusterResourceId,
      masterUser: masterUsername,
      masterPassword: password,
      databaseName: given.databaseName,
      subnetGroupName: given.dbSubnetGroupName,
      securityGroupIds: given.vpcSecurityGroupIds ?? [],
      maxConnections: maxConnectionsParameter(account, given.dbClusterParameterGroupName),
      maxCapacity: given.serverlessv2ScalingConfiguration?.maxCapacity,
      instances: 0,
    });
    const state = {
      ...inputs,
      clusterIdentifier,
      masterUsername,
      endpoint,
      readerEndpoint,
      port,
      clusterResourceId,
      arn: account.arn("rds", `cluster:${clusterIdentifier}`),
      engineVersionActual: inputs.engineVersion,
      masterUserSecrets: secrets,
    };
    return { id: clusterIdentifier, state };
  },
  async delete({ id, state }, account) {
    account.rds.clusters.delete(id);
    await stopDatabase(account, id, [String(state.endpoint), String(state.readerEndpoint)]);
  },
};

/**
 * `aws.rds.ClusterInstance`: a cluster's first instance is its writer. It starts the server that all instances share.
 */
export const clusterInstance: Kind = {
  async create(inputs, resource, account) {
    const { clusterIdentifier, instanceClass } = inputs as { clusterIdentifier: string; instanceClass: string };
    const found = account.rds.clusters.get(clusterIdentifier);
    if (found === undefined) throw new Error(`There is no cluster "${clusterIdentifier}".`);
    const writer = found.instances++ === 0;
    if (writer) {
      const maxConnections = found.maxConnections ?? auroraMaxConnectionsOf(instanceClass, found.maxCapacity);
      await startDatabase(account, clusterIdentifier, { ...found, maxConnections });
    }
    const identifier = nameOf(inputs.identifier, resource);
    const state = {
      ...inputs,
      identifier,
      writer,
      endpoint: `${identifier}.${account.endpointHash}.${account.region}.rds.amazonaws.com`,
      port: found.port,
      dbiResourceId: `db-${randomHex(26).toUpperCase()}`,
      arn: account.arn("rds", `db:${identifier}`),
      engineVersionActual: inputs.engineVersion,
    };
    return { id: identifier, state };
  },
};

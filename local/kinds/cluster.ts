import type { Account, Cluster } from "../account";
import { keptAs, type Kind, nameOf } from "../engine";
import { randomHex } from "../kept";
import { changed } from "./changed";
import { changeGroups, changePort, refuseSnapshot, restartDatabase } from "./databaseServer";
import { auroraMaxConnectionsOf } from "./instanceClass";
import {
  changeMasterPassword,
  deleteMasterSecrets,
  type MasterPasswordInputs,
  masterPasswordOf,
} from "./masterPassword";
import { maxConnectionsParameter } from "./parameterGroup";

interface ClusterInputs extends Omit<MasterPasswordInputs, "password"> {
  masterUsername?: string;
  masterPassword?: string;
  databaseName?: string;
  dbSubnetGroupName?: string;
  dbClusterParameterGroupName?: string;
  vpcSecurityGroupIds?: string[];
  serverlessv2ScalingConfiguration?: { maxCapacity: number };
  engineVersion?: string;
  port?: number;
  applyImmediately?: boolean;
}

/** Outputs that an update keeps, and inputs that AWS fills in. */
const outputs = ["arn", "clusterResourceId", "endpoint", "readerEndpoint", "engineVersionActual", "masterUserSecrets"];
const identity = ["clusterIdentifier", "masterUsername", "databaseName", "dbSubnetGroupName", "engineVersion", "port"];
const filledIn = [...identity, "dbClusterParameterGroupName", "vpcSecurityGroupIds"];

/** `aws.rds.Cluster`: endpoints and storage only. As on Aurora, the first instance brings the server. */
export const cluster: Kind = {
  create(inputs, resource, account) {
    refuseSnapshot(inputs);
    const given = inputs as unknown as ClusterInputs;
    const { masterUsername = "admin" } = given;
    const clusterIdentifier = nameOf(inputs.clusterIdentifier, resource);
    if (account.rds.clusters.has(clusterIdentifier)) {
      throw new Error(`DBClusterAlreadyExistsFault: DB Cluster already exists: ${clusterIdentifier}`);
    }
    const domain = `${account.endpointHash}.${account.region}.rds.amazonaws.com`;
    const endpoint = `${clusterIdentifier}.cluster-${domain}`;
    const readerEndpoint = `${clusterIdentifier}.cluster-ro-${domain}`;
    const port = Number(inputs.port ?? 3306);
    const clusterResourceId = `cluster-${randomHex(26).toUpperCase()}`;
    const { password, secrets } = masterPasswordOf(account, passwordOf(given), masterUsername, keptAs(resource));
    const made: Cluster = {
      engine: "mysql",
      hostNames: [endpoint, readerEndpoint],
      port,
      resourceId: clusterResourceId,
      masterUser: masterUsername,
      masterPassword: password,
      databaseName: given.databaseName,
      subnetGroupName: given.dbSubnetGroupName,
      securityGroupIds: given.vpcSecurityGroupIds ?? [],
      parameterGroupName: given.dbClusterParameterGroupName,
      maxCapacity: given.serverlessv2ScalingConfiguration?.maxCapacity,
      instances: new Map(),
      stopped: undefined,
      keptAs: keptAs(resource),
      maxConnections: () => maxConnectionsOf(account, made),
      parameterGroups: () => [
        made.parameterGroupName,
        ...[...made.instances.values()].map(({ parameterGroupName }) => parameterGroupName),
      ],
    };
    account.rds.clusters.set(clusterIdentifier, made);
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
  /**
   * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html#Aurora.Modifying.Settings. Another
   * parameter group, and another maximum capacity, change `max_connections` at the next restart only:
   * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
   */
  async update({ id, state }, inputs, account) {
    const existing = found(account, id);
    const after = changed(state, inputs, [...outputs, ...filledIn]);
    const wanted = after as unknown as ClusterInputs;
    const database = account.rds.databases.get(id);
    const before = { ...state, ...passwordOf(state) };
    const masterUserSecrets = await changeMasterPassword(
      account,
      before,
      passwordOf(wanted),
      existing.masterUser,
      async (password) => {
        existing.masterPassword = password;
        await database?.server.setMasterPassword(password);
      },
    );
    existing.securityGroupIds = wanted.vpcSecurityGroupIds ?? existing.securityGroupIds;
    existing.parameterGroupName = wanted.dbClusterParameterGroupName;
    existing.maxCapacity = wanted.serverlessv2ScalingConfiguration?.maxCapacity;
    const otherPort = wanted.port !== existing.port;
    const otherVersion = wanted.applyImmediately === true && wanted.engineVersion !== state.engineVersionActual;
    existing.port = Number(wanted.port);
    if (database !== undefined) {
      changeGroups(account, database, existing.securityGroupIds);
      if (otherPort) changePort(account, database, existing.port);
      if (otherPort || otherVersion) await restartDatabase(database);
    }
    return { ...after, masterUserSecrets, ...(otherVersion && { engineVersionActual: wanted.engineVersion }) };
  },
  async delete({ id, state }, account) {
    const { rds } = account;
    const existing = rds.clusters.get(id);
    if (existing !== undefined && existing.instances.size > 0) {
      throw new Error(
        "InvalidDBClusterStateFault: Cluster cannot be deleted, it still contains DB instances in non-deleting state:" +
          ` ${[...existing.instances.keys()].join(", ")}.`,
      );
    }
    rds.clusters.delete(id);
    await existing?.stopped?.stop();
    deleteMasterSecrets(account, state);
  },
  exists: ({ id }, { rds }) => rds.clusters.has(id),
};

function passwordOf({ masterPassword, manageMasterUserPassword, masterUserSecretKmsKeyId }: ClusterInputs) {
  return { password: masterPassword, manageMasterUserPassword, masterUserSecretKmsKeyId };
}

/** The writer's own parameter group comes before the cluster's, and both before the writer's class. */
function maxConnectionsOf(account: Account, { instances, parameterGroupName, maxCapacity }: Cluster): number {
  const [writer] = instances.values();
  return (
    maxConnectionsParameter(account, writer?.parameterGroupName) ??
    maxConnectionsParameter(account, parameterGroupName) ??
    auroraMaxConnectionsOf(writer?.instanceClass ?? "db.serverless", maxCapacity)
  );
}

/** @throws Error when there is no such cluster */
export function found({ rds }: Account, clusterIdentifier: string): Cluster {
  const existing = rds.clusters.get(clusterIdentifier);
  if (existing !== undefined) return existing;
  throw new Error(`DBClusterNotFoundFault: There is no cluster "${clusterIdentifier}".`);
}

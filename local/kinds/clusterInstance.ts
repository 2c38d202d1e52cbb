import { type Kind, nameOf } from "../engine";
import { randomHex } from "../kept";
import { changed } from "./changed";
import { found } from "./cluster";
import { removeDatabase, restartDatabase, startDatabase } from "./databaseServer";
import { auroraMaxConnectionsOf } from "./instanceClass";

interface ClusterInstanceInputs {
  clusterIdentifier: string;
  instanceClass: string;
  dbParameterGroupName?: string;
  applyImmediately?: boolean;
}

const outputs = ["identifier", "writer", "endpoint", "port", "dbiResourceId", "arn", "engineVersionActual"];
const filledIn = ["engineVersion", "dbParameterGroupName", "dbSubnetGroupName"];

/**
 * `aws.rds.ClusterInstance`: a cluster's first instance is its writer. It starts the server that all instances share.
 */
export const clusterInstance: Kind = {
  async create(inputs, resource, account) {
    const { clusterIdentifier, instanceClass, dbParameterGroupName } = inputs as unknown as ClusterInstanceInputs;
    const cluster = found(account, clusterIdentifier);
    const identifier = nameOf(inputs.identifier, resource);
    const writer = cluster.instances.size === 0;
    cluster.instances.set(identifier, { instanceClass, parameterGroupName: dbParameterGroupName });
    if (writer) {
      try {
        await startDatabase(account, clusterIdentifier, cluster);
        cluster.stopped = undefined;
      } catch (error) {
        cluster.instances.delete(identifier);
        throw error;
      }
    }
    const state = {
      ...inputs,
      identifier,
      writer,
      endpoint: `${identifier}.${account.endpointHash}.${account.region}.rds.amazonaws.com`,
      port: cluster.port,
      dbiResourceId: `db-${randomHex(26).toUpperCase()}`,
      arn: account.arn("rds", `db:${identifier}`),
      engineVersionActual: inputs.engineVersion,
    };
    return { id: identifier, state };
  },
  /** Another class restarts the writer. A reader's class makes no difference here, since all instances are one server. */
  async update({ id, state }, inputs, account) {
    const after = changed(state, inputs, [...outputs, ...filledIn]);
    const { clusterIdentifier, ...wanted } = after as unknown as ClusterInstanceInputs;
    const instance = found(account, clusterIdentifier).instances.get(id);
    if (instance === undefined) throw new Error(`DBInstanceNotFound: DBInstance ${id} not found.`);
    auroraMaxConnectionsOf(wanted.instanceClass);
    // As for an instance without a cluster, a group that is new to it counts after the next restart.
    instance.parameterGroupName = wanted.dbParameterGroupName;
    if (instance.instanceClass === wanted.instanceClass) return after;
    if (!wanted.applyImmediately) {
      account.log(`${id}: instanceClass will change in the maintenance window, since applyImmediately is off`);
      return after;
    }
    instance.instanceClass = wanted.instanceClass;
    const [writer] = found(account, clusterIdentifier).instances.keys();
    if (writer === id) await restartDatabase(account.rds.database(clusterIdentifier));
    return after;
  },
  /**
   * Without its writer, a cluster fails over to a reader: connections end, and the reader's class counts. Without any
   * instance it keeps its data. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
   */
  async delete({ id, state }, account) {
    const clusterIdentifier = String(state.clusterIdentifier);
    const cluster = account.rds.clusters.get(clusterIdentifier);
    if (cluster === undefined) return;
    const [writer] = cluster.instances.keys();
    cluster.instances.delete(id);
    if (writer !== id) return;
    if (cluster.instances.size > 0) {
      await restartDatabase(account.rds.database(clusterIdentifier));
      return;
    }
    cluster.stopped = removeDatabase(account, clusterIdentifier);
    await cluster.stopped?.shutDown();
  },
  exists: ({ id, state }, { rds }) => rds.clusters.get(String(state.clusterIdentifier))?.instances.has(id) ?? false,
};

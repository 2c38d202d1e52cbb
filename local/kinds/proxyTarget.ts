import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describeHealth } from "../../doctor/reasons";
import type { Account, Database } from "../account";
import type { Kind } from "../engine";
import { randomHex } from "../kept";
import type { NetworkInterface } from "../network";
import type { RdsProxy, TargetGroupConfig } from "../rdsProxy";
import { changed } from "./changed";

/** Seconds that a target has to become available. On AWS it takes minutes, and the provider does not wait. */
const targetLimit = 10;

/**
 * Fills in AWS's defaults for a target group. One of them: at most half of the connections stay open when they are
 * idle. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html
 */
export function poolOf(given: Partial<TargetGroupConfig> = {}): TargetGroupConfig {
  const { maxConnectionsPercent = 100 } = given;
  return {
    maxConnectionsPercent,
    maxIdleConnectionsPercent: given.maxIdleConnectionsPercent ?? Math.floor(maxConnectionsPercent / 2),
    connectionBorrowTimeout: given.connectionBorrowTimeout ?? 120,
    sessionPinningFilters: given.sessionPinningFilters ?? [],
    initQuery: given.initQuery ?? "",
  };
}

interface TargetGroupInputs {
  dbProxyName: string;
  connectionPoolConfig?: Partial<TargetGroupConfig>;
}

/** `aws.rds.ProxyDefaultTargetGroup`: AWS makes the group together with its proxy, so this only configures it. */
export const targetGroup: Kind = {
  create(inputs, _resource, { rds, arn }) {
    const { dbProxyName, connectionPoolConfig } = inputs as unknown as TargetGroupInputs;
    const pool = poolOf(connectionPoolConfig);
    rds.proxy(dbProxyName).configure(pool);
    const targetGroupArn = arn("rds", `target-group:prx-tg-${randomHex(17)}`);
    return { id: dbProxyName, state: { ...inputs, connectionPoolConfig: pool, name: "default", arn: targetGroupArn } };
  },
  /** A program that no longer gives a configuration leaves the group as it is. */
  update({ state }, inputs, { rds }) {
    const { dbProxyName, connectionPoolConfig } = inputs as unknown as TargetGroupInputs;
    if (connectionPoolConfig === undefined) return changed(state, inputs, ["connectionPoolConfig", "name", "arn"]);
    const pool = poolOf(connectionPoolConfig);
    rds.proxy(dbProxyName).configure(pool);
    return { ...changed(state, inputs, ["name", "arn"]), connectionPoolConfig: pool };
  },
  // There is no `delete`: on AWS the default target group is deleted together with its proxy.
  exists: ({ state }, { rds }) => rds.proxies.has(String(state.dbProxyName)),
};

interface TargetInputs {
  dbProxyName: string;
  dbInstanceIdentifier?: string;
  dbClusterIdentifier?: string;
}

/** Registers a database with a proxy and waits until the target is available. If it is not, the error says why. */
export const target: Kind = {
  async create(inputs, _resource, account) {
    const { dbProxyName, dbInstanceIdentifier, dbClusterIdentifier } = inputs as unknown as TargetInputs;
    const owner = account.rds.proxy(dbProxyName);
    const identifier = dbInstanceIdentifier ?? dbClusterIdentifier ?? "";
    const database = account.rds.database(identifier);
    const { engine, hostNames, port, resourceId } = database;
    const hasReaders = () => (account.rds.clusters.get(identifier)?.instances.size ?? 0) > 1;
    const options = { id: resourceId, engine, dial: () => dial(account, owner.networkInterface, database) };
    await owner.registerTarget({ identifier, options, hasReaders });
    await available(owner.proxy, dbProxyName, resourceId);
    const type = dbInstanceIdentifier === undefined ? "TRACKED_CLUSTER" : "RDS_INSTANCE";
    const targetArn = account.arn("rds", `${dbInstanceIdentifier === undefined ? "cluster" : "db"}:${identifier}`);
    return {
      id: `${dbProxyName}/default/${type}/${identifier}`,
      state: {
        ...inputs,
        endpoint: hostNames[0],
        port,
        rdsResourceId: identifier,
        targetArn,
        trackedClusterId: dbClusterIdentifier ?? "",
        type,
      },
    };
  },
  /** The proxy, or the database, may be gone already. */
  async delete({ state }, { rds }) {
    const { dbProxyName = "", rdsResourceId = "" } = state as Record<string, string>;
    await rds.proxies.get(dbProxyName)?.deregisterTarget(rdsResourceId);
  },
  exists: ({ state }, { rds }) =>
    rds.proxies.get(String(state.dbProxyName))?.hasTarget(String(state.rdsResourceId)) ?? false,
};

/**
 * Waits while the proxy still tries to reach the target. A target that is UNAVAILABLE will stay so, so that is an
 * error.
 */
async function available(running: RdsProxy, proxyName: string, id: string): Promise<void> {
  for (let seconds = 1; ; seconds++) {
    try {
      await running.whenAvailable(id, 1);
      return;
    } catch (error) {
      const health = running.targetHealth().find((target) => target.id === id);
      if (health === undefined) throw error;
      if (health.state === "REGISTERING" && seconds < targetLimit) continue;
      const { state, reason, description } = health;
      const why = describeHealth(state, reason, description);
      throw new Error(`The target of proxy ${proxyName} is ${why}`, { cause: error });
    }
  }
}

/** Opens a connection from the proxy to the database if the network lets it through. */
async function dial({ network }: Account, from: NetworkInterface, { hostNames, port }: Database): Promise<Socket> {
  const [address] = hostNames;
  const route = network.route(from, address, port);
  if (route.outcome !== "open") {
    const code = route.outcome === "refused" ? "ECONNREFUSED" : "ETIMEDOUT";
    const reason = "reason" in route ? route.reason : `there is no host ${address}`;
    throw Object.assign(new Error(`connect ${code} ${address}:${port}: ${reason}`), { code });
  }
  const socket = connect({ ...route.to, noDelay: true });
  // `once` rejects when the socket emits an error first.
  await once(socket, "connect");
  return socket;
}

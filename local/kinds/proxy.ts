import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { randomHex, type Account, type Database } from "../account";
import { nameOf, type Kind } from "../engine";
import type { NetworkInterface } from "../network";
import { RdsProxy, type Credential, type RdsProxyOptions, type TargetGroupConfig } from "../rdsProxy";

/** RDS Proxy's port for MySQL, whatever the database's. */
const clientPort = 3306;

/** Seconds in which a target has to become available here. On AWS it takes minutes, and the provider does not wait. */
const targetLimit = 10;

/**
 * What a target group has when nothing is said.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html
 */
const defaultPool: TargetGroupConfig = {
  maxConnectionsPercent: 100,
  maxIdleConnectionsPercent: 50,
  connectionBorrowTimeout: 120,
  sessionPinningFilters: [],
  initQuery: "",
};

interface Auth {
  secretArn: string;
  iamAuth?: RdsProxyOptions["iamAuth"];
  clientPasswordAuthType?: RdsProxyOptions["clientPasswordAuthType"];
}

export const proxy: Kind = {
  async create(inputs, resource, account) {
    const { auths, vpcSubnetIds, vpcSecurityGroupIds, requireTls, debugLogging, idleClientTimeout } = inputs as {
      auths: Auth[];
      vpcSubnetIds: string[];
      vpcSecurityGroupIds: string[];
      requireTls?: boolean;
      debugLogging?: boolean;
      idleClientTimeout?: number;
    };
    const name = nameOf(inputs.name, resource);
    const endpoint = `${name}.proxy-${account.endpointHash}.${account.region}.rds.amazonaws.com`;
    const running = await RdsProxy.listen({
      name,
      endpoint,
      tls: account.authority.issue([endpoint, "localhost"]),
      requireTls: requireTls ?? false,
      debugLogging: debugLogging ?? false,
      idleClientTimeout: idleClientTimeout ?? 1_800,
      clientPasswordAuthType: auths[0]?.clientPasswordAuthType ?? "MYSQL_CACHING_SHA2_PASSWORD",
      iamAuth: auths[0]?.iamAuth ?? "DISABLED",
      credentials: credentialsReader(account, String(inputs.roleArn), name, auths),
      log: (event) => {
        account.log(`/aws/rds/proxy/${name}: ${JSON.stringify(event)}`);
      },
    });
    running.configure(defaultPool);
    const networkInterface = account.network.attach(vpcSubnetIds, vpcSecurityGroupIds);
    account.network.name(endpoint, networkInterface);
    account.network.listen(endpoint, clientPort, { host: "127.0.0.1", port: running.port });
    account.rds.proxies.set(name, { proxy: running, networkInterface });
    return { id: name, state: { ...inputs, name, endpoint, arn: account.arn("rds", `db-proxy:prx-${randomHex(17)}`) } };
  },
  async delete({ id, state }, { rds, network }) {
    network.unname(String(state.endpoint));
    const { proxy: running } = rds.proxy(id);
    rds.proxies.delete(id);
    await running.close();
  },
};

/** Reads the secrets as the proxy's role, which has to be allowed to. */
function credentialsReader(
  account: Account,
  roleArn: string,
  name: string,
  auths: Auth[],
): () => Promise<Credential[]> {
  const session = account.iam.assumeRole(roleArn, "rds.amazonaws.com", name);
  const read = ({ secretArn }: Auth) => JSON.parse(account.secretsManager.read(secretArn, session).value) as Credential;
  return async () => {
    await Promise.resolve();
    return auths.map(read);
  };
}

export const targetGroup: Kind = {
  create(inputs, _resource, { rds, arn }) {
    const { dbProxyName, connectionPoolConfig } = inputs as { dbProxyName: string; connectionPoolConfig?: object };
    rds.proxy(dbProxyName).proxy.configure({ ...defaultPool, ...connectionPoolConfig });
    const state = { ...inputs, name: "default", arn: arn("rds", `target-group:prx-tg-${randomHex(17)}`) };
    return { id: dbProxyName, state };
  },
  update({ state }, inputs, { rds }) {
    const { dbProxyName, connectionPoolConfig } = inputs as { dbProxyName: string; connectionPoolConfig?: object };
    rds.proxy(dbProxyName).proxy.configure({ ...defaultPool, ...connectionPoolConfig });
    return { ...state, ...inputs };
  },
  // On AWS the default target group lives and dies with its proxy.
};

/** Registers a database with a proxy and waits until it can be used: a target that cannot be says why. */
export const target: Kind = {
  async create(inputs, _resource, account) {
    const { dbProxyName, dbInstanceIdentifier } = inputs as { dbProxyName: string; dbInstanceIdentifier: string };
    const { proxy: running, networkInterface } = account.rds.proxy(dbProxyName);
    const database = account.rds.database(dbInstanceIdentifier);
    const { address, port, resourceId } = database;
    await running.registerTarget({ id: resourceId, dial: () => dial(account, networkInterface, database) });
    await available(running, dbProxyName, resourceId);
    const id = `${dbProxyName}/default/RDS_INSTANCE/${dbInstanceIdentifier}`;
    return {
      id,
      state: { ...inputs, endpoint: address, port, rdsResourceId: dbInstanceIdentifier, type: "RDS_INSTANCE" },
    };
  },
  async delete({ state }, { rds }) {
    const { dbProxyName, dbInstanceIdentifier } = state as { dbProxyName: string; dbInstanceIdentifier: string };
    await rds.proxy(dbProxyName).proxy.deregisterTarget(rds.database(dbInstanceIdentifier).resourceId);
  },
};

/** A target that is still being tried may become available; one that was found UNAVAILABLE has a reason that stays. */
async function available(running: RdsProxy, proxyName: string, id: string): Promise<void> {
  for (let seconds = 1; ; seconds++) {
    try {
      await running.whenAvailable(id, 1);
      return;
    } catch (error) {
      const health = running.targetHealth().find((target) => target.id === id);
      if (health === undefined) throw error;
      if (health.state === "REGISTERING" && seconds < targetLimit) continue;
      const { state, reason = "no reason", description = "no description" } = health;
      throw new Error(`The target of proxy ${proxyName} is ${state}, ${reason}: ${description}`, { cause: error });
    }
  }
}

/** Opens a connection from the proxy to the database, if the network lets it through. */
async function dial({ network }: Account, from: NetworkInterface, { address, port }: Database): Promise<Socket> {
  const route = network.route(from, address, port);
  if (route.outcome !== "open") {
    const code = route.outcome === "refused" ? "ECONNREFUSED" : "ETIMEDOUT";
    const reason = "reason" in route ? route.reason : `there is no host ${address}`;
    throw Object.assign(new Error(`connect ${code} ${address}:${port}: ${reason}`), { code });
  }
  const socket = connect({ ...route.to, noDelay: true });
  // `once` rejects with the error, if that comes first.
  await once(socket, "connect");
  return socket;
}

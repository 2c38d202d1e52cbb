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
 * What a target group has where nothing is said: no more than half of the connections stay open without work.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html
 */
function poolOf(given: Partial<TargetGroupConfig> = {}): TargetGroupConfig {
  const { maxConnectionsPercent = 100 } = given;
  return {
    maxConnectionsPercent,
    maxIdleConnectionsPercent: given.maxIdleConnectionsPercent ?? Math.floor(maxConnectionsPercent / 2),
    connectionBorrowTimeout: given.connectionBorrowTimeout ?? 120,
    sessionPinningFilters: given.sessionPinningFilters ?? [],
    initQuery: given.initQuery ?? "",
  };
}

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
    const id = `prx-${randomHex(17)}`;
    const credentials = credentialsReader(account, String(inputs.roleArn), name, auths);
    const running = await RdsProxy.listen({
      name,
      endpoint,
      tls: account.authority.issue([endpoint, "localhost"]),
      requireTls: requireTls ?? false,
      debugLogging: debugLogging ?? false,
      idleClientTimeout: idleClientTimeout ?? 1_800,
      clientPasswordAuthType: auths[0]?.clientPasswordAuthType ?? "MYSQL_CACHING_SHA2_PASSWORD",
      iamAuth: auths[0]?.iamAuth ?? "DISABLED",
      credentials,
      iam: iamDirectory(account, id),
      log: (event) => {
        account.log(`/aws/rds/proxy/${name}: ${JSON.stringify(event)}`);
      },
    });
    running.configure(poolOf());
    const networkInterface = account.network.attach(vpcSubnetIds, vpcSecurityGroupIds);
    account.network.name(endpoint, networkInterface);
    account.network.listen(endpoint, clientPort, { host: "127.0.0.1", port: running.port });
    account.rds.proxies.set(name, { proxy: running, networkInterface, credentials });
    return { id: name, state: { ...inputs, name, endpoint, arn: account.arn("rds", `db-proxy:${id}`) } };
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
  const read = ({ secretArn }: Auth): Credential => {
    const { username, password } = parse(account.secretsManager.read(secretArn, session).value);
    if (typeof username === "string" && typeof password === "string") return { username, password };
    throw new Error(`The secret ${secretArn} is not a JSON object with a text "username" and a text "password".`);
  };
  return async () => {
    await Promise.resolve();
    return auths.map(read);
  };
}

/** The text is left out of the error on purpose: it may be the secret itself. */
function parse(text: string): { username?: unknown; password?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

/** Who may log in with an IAM token: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html */
function iamDirectory({ iam, arn, region }: Account, proxyId: string): NonNullable<RdsProxyOptions["iam"]> {
  return {
    region,
    principal: (accessKeyId) => iam.session(accessKeyId),
    mayConnect: (accessKeyId, user) => {
      const session = iam.session(accessKeyId);
      const request = { action: "rds-db:connect", resource: arn("rds-db", `dbuser:${proxyId}/${user}`) };
      return session !== undefined && iam.decide(session, request) === "allowed";
    },
  };
}

export const targetGroup: Kind = {
  create(inputs, _resource, { rds, arn }) {
    const { dbProxyName, connectionPoolConfig } = inputs as {
      dbProxyName: string;
      connectionPoolConfig?: Partial<TargetGroupConfig>;
    };
    rds.proxy(dbProxyName).proxy.configure(poolOf(connectionPoolConfig));
    const state = { ...inputs, name: "default", arn: arn("rds", `target-group:prx-tg-${randomHex(17)}`) };
    return { id: dbProxyName, state };
  },
  update({ state }, inputs, { rds }) {
    const { dbProxyName, connectionPoolConfig } = inputs as {
      dbProxyName: string;
      connectionPoolConfig?: Partial<TargetGroupConfig>;
    };
    rds.proxy(dbProxyName).proxy.configure(poolOf(connectionPoolConfig));
    return { ...state, ...inputs };
  },
  // On AWS the default target group lives and dies with its proxy.
};

interface TargetInputs {
  dbProxyName: string;
  dbInstanceIdentifier?: string;
  dbClusterIdentifier?: string;
}

/** Registers a database with a proxy and waits until it can be used: a target that cannot be says why. */
export const target: Kind = {
  async create(inputs, _resource, account) {
    const { dbProxyName, dbInstanceIdentifier, dbClusterIdentifier } = inputs as unknown as TargetInputs;
    const { proxy: running, networkInterface } = account.rds.proxy(dbProxyName);
    const identifier = dbInstanceIdentifier ?? dbClusterIdentifier ?? "";
    const database = account.rds.database(identifier);
    const { address, port, resourceId } = database;
    await running.registerTarget({ id: resourceId, dial: () => dial(account, networkInterface, database) });
    await available(running, dbProxyName, resourceId);
    const type = dbInstanceIdentifier === undefined ? "TRACKED_CLUSTER" : "RDS_INSTANCE";
    const targetArn = account.arn("rds", `${dbInstanceIdentifier === undefined ? "cluster" : "db"}:${identifier}`);
    return {
      id: `${dbProxyName}/default/${type}/${identifier}`,
      state: {
        ...inputs,
        endpoint: address,
        port,
        rdsResourceId: identifier,
        targetArn,
        trackedClusterId: dbClusterIdentifier ?? "",
        type,
      },
    };
  },
  async delete({ state }, { rds }) {
    const { dbProxyName, rdsResourceId } = state as { dbProxyName: string; rdsResourceId: string };
    await rds.proxy(dbProxyName).proxy.deregisterTarget(rds.database(rdsResourceId).resourceId);
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

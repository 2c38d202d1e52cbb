import { type Account, ProxyInVpc, randomHex } from "../account";
import { type Kind, nameOf } from "../engine";
import type { NetworkInterface } from "../network";
import { RdsProxy, type RdsProxyOptions } from "../rdsProxy";
import { type AuthenticationInputs, authenticationOf } from "./proxyAuthentication";
import { poolOf } from "./proxyTarget";

/** RDS Proxy always listens on this port for MySQL, also when the database has another port. */
const clientPort = 3306;

interface ProxyInputs extends AuthenticationInputs {
  vpcSubnetIds: string[];
  vpcSecurityGroupIds: string[];
  requireTls?: boolean;
  debugLogging?: boolean;
  idleClientTimeout?: number;
}

export const proxy: Kind = {
  async create(inputs, resource, account) {
    const given = inputs as unknown as ProxyInputs;
    const name = nameOf(inputs.name, resource);
    const endpoint = `${name}.proxy-${account.endpointHash}.${account.region}.rds.amazonaws.com`;
    const id = `prx-${randomHex(17)}`;
    const options: RdsProxyOptions = {
      name,
      ...namedOptions(account, endpoint),
      requireTls: given.requireTls ?? false,
      debugLogging: given.debugLogging ?? false,
      idleClientTimeout: given.idleClientTimeout ?? 1_800,
      ...authenticationOf(given, account, { id, name }),
      log: (event) => {
        account.log(`/aws/rds/proxy/${name}: ${JSON.stringify(event)}`);
      },
    };
    const networkInterface = account.network.attach(given.vpcSubnetIds, given.vpcSecurityGroupIds);
    const running = await listen(account, networkInterface, options);
    account.rds.proxies.set(name, new ProxyInVpc(running, options, networkInterface, poolOf()));
    return { id: name, state: { ...inputs, name, endpoint, arn: account.arn("rds", `db-proxy:${id}`) } };
  },
  async delete({ id, state }, { rds, network }) {
    network.unname(String(state.endpoint));
    const deleted = rds.proxy(id);
    rds.proxies.delete(id);
    await deleted.close();
  },
};

interface EndpointInputs {
  dbProxyName: string;
  dbProxyEndpointName: string;
  targetRole?: string;
  vpcSubnetIds: string[];
  vpcSecurityGroupIds?: string[];
}

/**
 * `aws.rds.ProxyEndpoint`: another way into a proxy, with its own host name, certificate and security groups. The proxy
 * decides who may log in. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-endpoints.html
 */
export const proxyEndpoint: Kind = {
  async create(inputs, _resource, account) {
    const { dbProxyName, dbProxyEndpointName: name, ...given } = inputs as unknown as EndpointInputs;
    const { targetRole = "READ_WRITE", vpcSubnetIds, vpcSecurityGroupIds = [] } = given;
    const owner = account.rds.proxy(dbProxyName);
    const endpoint = `${name}.endpoint.proxy-${account.endpointHash}.${account.region}.rds.amazonaws.com`;
    const networkInterface = account.network.attach(vpcSubnetIds, vpcSecurityGroupIds);
    const running = await listen(account, networkInterface, {
      ...owner.options,
      ...namedOptions(account, endpoint),
      name,
    });
    await owner.addEndpoint(name, { proxy: running, readOnly: targetRole === "READ_ONLY" });
    return {
      id: `${dbProxyName}/${name}`,
      state: {
        ...inputs,
        targetRole,
        endpoint,
        isDefault: false,
        vpcId: networkInterface.vpcId,
        arn: account.arn("rds", `db-proxy-endpoint:prx-endpoint-${randomHex(17)}`),
      },
    };
  },
  async delete({ state }, { rds, network }) {
    const { dbProxyName, dbProxyEndpointName, endpoint } = state as Record<string, string>;
    network.unname(endpoint ?? "");
    await rds.proxy(dbProxyName ?? "").closeEndpoint(dbProxyEndpointName ?? "");
  },
};

/**
 * The options that differ for each host name. The certificate is also valid for "localhost", which people on this
 * machine use.
 */
function namedOptions({ authority }: Account, endpoint: string): Pick<RdsProxyOptions, "endpoint" | "tls"> {
  return { endpoint, tls: authority.issue([endpoint, "localhost"]) };
}

/** Starts to listen at an endpoint. Clients find it by its name and reach it through its security groups. */
async function listen(
  { network }: Account,
  networkInterface: NetworkInterface,
  options: RdsProxyOptions,
): Promise<RdsProxy> {
  const running = await RdsProxy.listen(options);
  network.name(options.endpoint, networkInterface);
  network.listen(options.endpoint, clientPort, { host: "127.0.0.1", port: running.port });
  return running;
}

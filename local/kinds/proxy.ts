import { type Account, ProxyInVpc } from "../account";
import { type Kind, nameOf } from "../engine";
import { randomHex } from "../kept";
import type { NetworkInterface } from "../network";
import { RdsProxy, type RdsProxyOptions } from "../rdsProxy";
import { changed } from "./changed";
import { type AuthenticationInputs, authenticationOf } from "./proxyAuthentication";
import { poolOf } from "./proxyTarget";

/** RDS Proxy always listens on this port for MySQL, also when the database has another port. */
const clientPort = 3306;

interface ProxyInputs extends AuthenticationInputs {
  vpcSubnetIds: string[];
  vpcSecurityGroupIds?: string[];
  requireTls?: boolean;
  debugLogging?: boolean;
  idleClientTimeout?: number;
}

/** Inputs and outputs that AWS fills in. */
const filledIn = ["name", "vpcSecurityGroupIds", "auths", "arn", "endpoint"];

export const proxy: Kind = {
  async create(inputs, resource, account) {
    const given = inputs as unknown as ProxyInputs;
    const name = nameOf(inputs.name, resource);
    if (account.rds.proxies.has(name)) {
      throw new Error(`DBProxyAlreadyExistsFault: There is a proxy "${name}" already: give this one another name.`);
    }
    const endpoint = endpointOf(account, name);
    const id = `prx-${randomHex(17)}`;
    const options: RdsProxyOptions = {
      name,
      ...namedOptions(account, endpoint),
      ...settingsOf(given, account, { id, name }),
      log: (event) => {
        account.logGroups.put(`/aws/rds/proxy/${options.name}`, JSON.stringify(event));
      },
    };
    const { vpcSubnetIds, vpcSecurityGroupIds = [] } = given;
    await account.network.attachFor(vpcSubnetIds, vpcSecurityGroupIds, async (networkInterface) => {
      const running = await listen(account, networkInterface, options);
      const identity = { arn: account.arn("rds", `db-proxy:${id}`), roleArn: given.roleArn, auths: given.auths ?? [] };
      account.rds.proxies.set(name, new ProxyInVpc(running, options, networkInterface, poolOf(), identity));
    });
    return { id: name, state: { ...inputs, name, endpoint, arn: account.arn("rds", `db-proxy:${id}`) } };
  },
  /** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBProxy.html */
  update({ state }, inputs, account) {
    const owner = account.rds.proxy(String(state.name));
    const after = changed(state, inputs, filledIn);
    const { vpcSecurityGroupIds = [], ...given } = after as unknown as ProxyInputs;
    const [, id = ""] = String(state.arn).split(":db-proxy:");
    const name = String(after.name);
    if (name !== state.name && account.rds.proxies.has(name)) {
      throw new Error(`DBProxyAlreadyExistsFault: There is a proxy "${name}" already: give this one another name.`);
    }
    owner.change(settingsOf(given, account, { id, name }));
    owner.identity = { ...owner.identity, roleArn: given.roleArn, auths: given.auths ?? [] };
    account.network.move(owner.networkInterface, given.vpcSubnetIds, vpcSecurityGroupIds);
    if (name !== state.name) rename(account, owner, name);
    return { ...after, endpoint: owner.options.endpoint };
  },
  /** Its endpoints, its target group and its targets go with it. */
  async delete({ state }, { rds, network, ports }) {
    const deleted = rds.proxy(String(state.name));
    rds.proxies.delete(String(state.name));
    for (const networkInterface of deleted.interfaces) {
      network.unnameAll(networkInterface);
      network.interfaces.release(networkInterface);
    }
    for (const { host } of deleted.furtherEndpoints) if (host !== undefined) ports.forget(host);
    ports.forget(deleted.options.endpoint);
    await deleted.close();
  },
  exists: ({ state }, { rds }) => rds.proxies.has(String(state.name)),
};

/** The settings that an update can change. */
function settingsOf(
  given: Omit<ProxyInputs, "vpcSecurityGroupIds">,
  account: Account,
  who: { id: string; name: string },
) {
  return {
    requireTls: given.requireTls ?? false,
    debugLogging: given.debugLogging ?? false,
    idleClientTimeout: given.idleClientTimeout ?? 1_800,
    ...authenticationOf(given, account, who),
  };
}

/** Gives a proxy another name, and with it another endpoint. */
function rename(account: Account, owner: ProxyInVpc, name: string): void {
  const { network, rds, ports } = account;
  rds.proxies.delete(owner.options.name);
  network.unname(owner.options.endpoint);
  ports.forget(owner.options.endpoint);
  owner.rename({ name, ...namedOptions(account, endpointOf(account, name)) });
  rds.proxies.set(name, owner);
  ports.remember(owner.options.endpoint, owner.proxy.port);
  addToNetwork(account, owner.networkInterface, owner.options.endpoint, owner.proxy);
}

function endpointOf({ endpointHash, region }: Account, name: string): string {
  return `${name}.proxy-${endpointHash}.${region}.rds.amazonaws.com`;
}

/**
 * The options that differ for each host name. The certificate is also valid for "localhost", which people on this
 * machine use.
 */
export function namedOptions({ authority }: Account, endpoint: string): Pick<RdsProxyOptions, "endpoint" | "tls"> {
  return { endpoint, tls: authority.issue([endpoint, "localhost"]) };
}

/** Starts to listen at an endpoint. Clients find it by its name and reach it through its security groups. */
export async function listen(
  account: Account,
  networkInterface: NetworkInterface,
  options: RdsProxyOptions,
): Promise<RdsProxy> {
  const running = await account.ports.listen(options.endpoint, (port) => RdsProxy.listen({ ...options, port }));
  addToNetwork(account, networkInterface, options.endpoint, running);
  return running;
}

function addToNetwork(
  { network }: Account,
  networkInterface: NetworkInterface,
  endpoint: string,
  { port }: RdsProxy,
): void {
  network.name(endpoint, networkInterface);
  network.listen(endpoint, clientPort, { host: "127.0.0.1", port });
}

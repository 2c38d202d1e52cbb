import type { Kind } from "../engine";
import { randomHex } from "../kept";
import { changed } from "./changed";
import { listen, namedOptions } from "./proxy";

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
    if (account.rds.proxyWithEndpoint(name) !== undefined) {
      throw new Error(`DBProxyEndpointAlreadyExistsFault: There is an endpoint "${name}" already: use another name.`);
    }
    const endpoint = `${name}.endpoint.proxy-${account.endpointHash}.${account.region}.rds.amazonaws.com`;
    const vpcId = await account.network.attachFor(vpcSubnetIds, vpcSecurityGroupIds, async (networkInterface) => {
      const options = { ...owner.options, ...namedOptions(account, endpoint), name };
      const running = await listen(account, networkInterface, options);
      try {
        await owner.addEndpoint(name, {
          host: endpoint,
          proxy: running,
          readOnly: targetRole === "READ_ONLY",
          networkInterface,
        });
      } catch (error) {
        account.network.unname(endpoint);
        await owner.closeEndpoint(name);
        throw error;
      }
      return networkInterface.vpcId;
    });
    return {
      id: `${dbProxyName}/${name}`,
      state: {
        ...inputs,
        targetRole,
        endpoint,
        isDefault: false,
        vpcId,
        arn: account.arn("rds", `db-proxy-endpoint:prx-endpoint-${randomHex(17)}`),
      },
    };
  },
  /** Only the groups can change. Sessions of clients go on. */
  update({ state }, inputs, { rds, network }) {
    const after = changed(state, inputs, [
      "targetRole",
      "endpoint",
      "isDefault",
      "vpcId",
      "arn",
      "vpcSecurityGroupIds",
    ]);
    const { dbProxyEndpointName: name, vpcSubnetIds, vpcSecurityGroupIds = [] } = after as unknown as EndpointInputs;
    const networkInterface = rds.proxyWithEndpoint(name)?.interfaceOf(name);
    if (networkInterface !== undefined) network.move(networkInterface, vpcSubnetIds, vpcSecurityGroupIds);
    return after;
  },
  async delete({ state }, { rds, network, ports }) {
    const { dbProxyEndpointName: name = "", endpoint = "" } = state as Record<string, string>;
    const owner = rds.proxyWithEndpoint(name);
    network.unname(endpoint);
    network.interfaces.release(owner?.interfaceOf(name));
    ports.forget(endpoint);
    await owner?.closeEndpoint(name);
  },
  exists: ({ state }, { rds }) => rds.proxyWithEndpoint(String(state.dbProxyEndpointName)) !== undefined,
};

import { randomHex } from "../account";
import { nameOf, type Kind } from "../engine";
import { startMysqlServer } from "../mysqlServer";
import { maxConnectionsOf } from "./instanceClass";

export const subnetGroup: Kind = {
  create(inputs, resource, { rds, arn }) {
    const name = nameOf(inputs.name, resource);
    rds.subnetGroups.set(name, inputs.subnetIds as string[]);
    return { id: name, state: { ...inputs, name, arn: arn("rds", `subgrp:${name}`) } };
  },
  delete({ id }, { rds }) {
    rds.subnetGroups.delete(id);
  },
};

/** `aws.rds.Instance`: a real server, which others reach by RDS's host name, if their security groups let them. */
export const instance: Kind = {
  async create(inputs, resource, account) {
    const { instanceClass, username, password, dbName, dbSubnetGroupName, vpcSecurityGroupIds, engineVersion } =
      inputs as {
        instanceClass: string;
        username: string;
        password: string;
        dbName?: string;
        dbSubnetGroupName: string;
        vpcSecurityGroupIds: string[];
        engineVersion?: string;
      };
    const identifier = nameOf(inputs.identifier, resource);
    const address = `${identifier}.${account.endpointHash}.${account.region}.rds.amazonaws.com`;
    const port = Number(inputs.port ?? 3306);
    const resourceId = `db-${randomHex(26).toUpperCase()}`;

    const subnetIds = account.rds.subnetGroups.get(dbSubnetGroupName) ?? [];
    account.network.name(address, account.network.attach(subnetIds, vpcSecurityGroupIds));
    const server = await startMysqlServer({
      prepared: await account.takeSpareServer(),
      masterUser: username,
      masterPassword: password,
      databaseName: dbName,
      maxConnections: maxConnectionsOf(instanceClass),
      tls: account.authority.issue([address]),
      reaper: account.reaper,
    });
    account.rds.databases.set(identifier, { server, address, port, resourceId });
    account.network.listen(address, port, server);
    return {
      id: resourceId,
      state: {
        ...inputs,
        identifier,
        address,
        port,
        endpoint: `${address}:${port}`,
        resourceId,
        arn: account.arn("rds", `db:${identifier}`),
        // What runs here is the server that this machine has, whatever version was asked for.
        engineVersionActual: engineVersion,
        status: "available",
      },
    };
  },
  async delete({ state }, { rds, network }) {
    const identifier = String(state.identifier);
    network.unname(String(state.address));
    const { server } = rds.database(identifier);
    rds.databases.delete(identifier);
    await server.stop();
  },
};

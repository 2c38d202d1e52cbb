import { randomHex } from "../account";
import { type Kind, nameOf } from "../engine";
import { refuseSnapshot, startDatabase, stopDatabase } from "./databaseServer";
import { maxConnectionsOf } from "./instanceClass";
import { type MasterPasswordInputs, masterPasswordOf } from "./masterPassword";
import { maxConnectionsParameter } from "./parameterGroup";

interface InstanceInputs extends MasterPasswordInputs {
  engine?: string;
  engineVersion?: string;
  instanceClass: string;
  username?: string;
  dbName?: string;
  dbSubnetGroupName?: string;
  parameterGroupName?: string;
  vpcSecurityGroupIds?: string[];
}

/** `aws.rds.Instance`: a real server. Others reach it by RDS's host name if the security groups allow it. */
export const databaseInstance: Kind = {
  async create(inputs, resource, account) {
    refuseSnapshot(inputs);
    const given = inputs as unknown as InstanceInputs;
    const { engine = "mysql", username = "admin", instanceClass, parameterGroupName } = given;
    if (!/^(mysql|mariadb)$/.test(engine)) {
      throw new Error(`The stand-in has no server for the engine "${engine}": use mysql or mariadb.`);
    }
    const identifier = nameOf(inputs.identifier, resource);
    const address = `${identifier}.${account.endpointHash}.${account.region}.rds.amazonaws.com`;
    const port = Number(inputs.port ?? 3306);
    const resourceId = `db-${randomHex(26).toUpperCase()}`;
    const maxConnections = maxConnectionsParameter(account, parameterGroupName) ?? maxConnectionsOf(instanceClass);
    const { password, secrets } = masterPasswordOf(account, given, username);
    await startDatabase(account, identifier, {
      engine: engine === "mariadb" ? "mariadb" : "mysql",
      hostNames: [address],
      port,
      resourceId,
      masterUser: username,
      masterPassword: password,
      databaseName: given.dbName,
      maxConnections,
      subnetGroupName: given.dbSubnetGroupName,
      securityGroupIds: given.vpcSecurityGroupIds ?? [],
    });
    return {
      id: resourceId,
      state: {
        ...inputs,
        identifier,
        engine,
        username,
        address,
        port,
        endpoint: `${address}:${port}`,
        resourceId,
        arn: account.arn("rds", `db:${identifier}`),
        // The stand-in runs the server that this machine has, even if the program asks for another version.
        engineVersionActual: given.engineVersion,
        masterUserSecrets: secrets,
        status: "available",
      },
    };
  },
  async delete({ state }, account) {
    await stopDatabase(account, String(state.identifier), [String(state.address)]);
  },
};

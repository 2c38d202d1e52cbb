import type { DatabaseSettings } from "../account";
import { keptAs, type Kind, nameOf } from "../engine";
import { randomHex } from "../kept";
import { type DatabaseInputs, namingOf, updateInstance } from "./databaseInstanceUpdate";
import { refuseSnapshot, removeDatabase, startDatabase } from "./databaseServer";
import { maxConnectionsOf } from "./instanceClass";
import { deleteMasterSecrets, masterPasswordOf } from "./masterPassword";
import { maxConnectionsParameter } from "./parameterGroup";

/** `aws.rds.Instance`: a real server. Others reach it by RDS's host name if the security groups allow it. */
export const databaseInstance: Kind = {
  async create(inputs, resource, account) {
    refuseSnapshot(inputs);
    const given = inputs as unknown as DatabaseInputs;
    const { engine = "mysql", username = "admin" } = given;
    if (!/^(mysql|mariadb)$/.test(engine)) {
      throw new Error(`The stand-in has no server for the engine "${engine}": use mysql or mariadb.`);
    }
    const identifier = nameOf(inputs.identifier, resource);
    const port = Number(inputs.port ?? 3306);
    const resourceId = `db-${randomHex(26).toUpperCase()}`;
    // An update changes these settings, and the server takes them at its next start.
    const instance = { instanceClass: given.instanceClass, parameterGroupName: given.parameterGroupName };
    const maxConnections = () =>
      maxConnectionsParameter(account, instance.parameterGroupName) ?? maxConnectionsOf(instance.instanceClass);
    // An unknown class is refused before anything exists.
    maxConnections();
    const { password, secrets } = masterPasswordOf(account, given, username, keptAs(resource));
    const naming = namingOf(account, identifier, port);
    await startDatabase(account, identifier, {
      engine: engine as DatabaseSettings["engine"],
      hostNames: [naming.address],
      port,
      resourceId,
      masterUser: username,
      masterPassword: password,
      databaseName: given.dbName,
      subnetGroupName: given.dbSubnetGroupName,
      securityGroupIds: given.vpcSecurityGroupIds ?? [],
      maxConnections,
      parameterGroups: () => [instance.parameterGroupName],
      instance,
      keptAs: keptAs(resource),
    });
    return {
      id: resourceId,
      state: {
        ...inputs,
        ...naming,
        identifier,
        engine,
        username,
        port,
        resourceId,
        // The stand-in runs the server that this machine has, even if the program asks for another version.
        engineVersionActual: given.engineVersion,
        masterUserSecrets: secrets,
        status: "available",
      },
    };
  },
  update: updateInstance,
  async delete({ state }, account) {
    await removeDatabase(account, String(state.identifier))?.stop();
    deleteMasterSecrets(account, state);
  },
  exists: ({ state }, { rds }) => rds.databases.has(String(state.identifier)),
};

import type { Account, Cluster } from "../account";
import type { Properties } from "../engine";
import { startMysqlServer } from "../mysqlServer";

/** How to start a server, and its place in the network. */
export type ServerSpecification = Omit<Cluster, "instances" | "maxCapacity" | "maxConnections"> & {
  maxConnections: number;
};

/** Starts a server, gives it its host names, and adds it to the databases that can be a proxy's target. */
export async function startDatabase(
  account: Account,
  identifier: string,
  specification: ServerSpecification,
): Promise<void> {
  const { engine, hostNames, port, resourceId, subnetGroupName, securityGroupIds } = specification;
  const { network, rds, authority, reaper } = account;
  if (rds.databases.has(identifier)) {
    throw new Error(`There is a database "${identifier}" already: use another identifier.`);
  }
  const networkInterface = network.attach(rds.subnetGroups.get(subnetGroupName ?? "") ?? [], securityGroupIds);
  for (const hostName of hostNames) network.name(hostName, networkInterface);
  const prepared = await account.takeSpareServer();
  const server = await startMysqlServer({ ...specification, prepared, tls: authority.issue(hostNames), reaper });
  for (const hostName of hostNames) network.listen(hostName, port, server);
  rds.databases.set(identifier, { engine, server, address: hostNames[0], port, resourceId });
}

/** Stops a database and removes its host names. */
export async function stopDatabase({ network, rds }: Account, identifier: string, hostNames: string[]): Promise<void> {
  for (const hostName of hostNames) network.unname(hostName);
  const database = rds.databases.get(identifier);
  rds.databases.delete(identifier);
  await database?.server.stop();
}

/** @throws Error when the program wants to restore the database from a snapshot */
export function refuseSnapshot({ snapshotIdentifier }: Properties): void {
  if (snapshotIdentifier === undefined) return;
  throw new Error(
    `The stand-in has no snapshots, so it cannot restore ${JSON.stringify(snapshotIdentifier)}: leave snapshotIdentifier out here.`,
  );
}

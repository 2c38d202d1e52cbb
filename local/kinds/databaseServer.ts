import type { Account, Cluster } from "../account";
import type { Properties } from "../engine";
import { startMysqlServer } from "../mysqlServer";

/** What to start a server with, and where it stands in the network. */
export type ServerSpecification = Omit<Cluster, "instances" | "maxCapacity" | "maxConnections"> & {
  maxConnections: number;
};

/** Starts a server, gives it its host names, and makes it known as a database that a proxy can have as its target. */
export async function startDatabase(
  account: Account,
  identifier: string,
  specification: ServerSpecification,
): Promise<void> {
  const { hostNames, port, resourceId, subnetGroupName, securityGroupIds } = specification;
  const { network, rds, authority, reaper } = account;
  if (rds.databases.has(identifier)) throw new Error(`There is a database ${identifier} already.`);
  const networkInterface = network.attach(rds.subnetGroups.get(subnetGroupName ?? "") ?? [], securityGroupIds);
  for (const hostName of hostNames) network.name(hostName, networkInterface);
  const prepared = await account.takeSpareServer();
  const server = await startMysqlServer({ ...specification, prepared, tls: authority.issue(hostNames), reaper });
  for (const hostName of hostNames) network.listen(hostName, port, server);
  rds.databases.set(identifier, { server, address: hostNames[0], port, resourceId });
}

/** Ends a database and forgets its host names. */
export async function stopDatabase({ network, rds }: Account, identifier: string, hostNames: string[]): Promise<void> {
  for (const hostName of hostNames) network.unname(hostName);
  const database = rds.databases.get(identifier);
  rds.databases.delete(identifier);
  await database?.server.stop();
}

/** @throws Error when the database is to begin with what a snapshot holds */
export function refuseSnapshot({ snapshotIdentifier }: Properties): void {
  if (snapshotIdentifier === undefined) return;
  throw new Error(
    `The stand-in has no snapshots, so it cannot restore ${JSON.stringify(snapshotIdentifier)}: leave snapshotIdentifier out here.`,
  );
}

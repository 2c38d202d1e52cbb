import type { Account, Database, DatabaseSettings, InstanceSettings } from "../account";
import type { Properties } from "../engine";
import { type InitialContent, type MysqlServer, startMysqlServer } from "../mysqlServer";

/** How to start a server, and its place in the network. */
export interface ServerSpecification extends DatabaseSettings, InitialContent {
  securityGroupIds: string[];
  instance?: InstanceSettings;
  /** The name of the database under which its data is kept. */
  keptAs: string;
  /** A server that was stopped and has data. @default a new one */
  stopped?: MysqlServer | undefined;
}

/** Starts a server, gives it its host names, and adds it to the databases that can be a proxy's target. */
export async function startDatabase(
  account: Account,
  identifier: string,
  { securityGroupIds, masterUser, masterPassword, databaseName, stopped, keptAs, ...given }: ServerSpecification,
): Promise<void> {
  const { engine, hostNames, port, resourceId, subnetGroupName, maxConnections, parameterGroups, instance } = given;
  const settings = { engine, hostNames, port, resourceId, subnetGroupName, maxConnections, parameterGroups, instance };
  const { network, rds, authority, reaper, ports } = account;
  if (rds.databases.has(identifier)) {
    throw new Error(`DBInstanceAlreadyExists: There is a database "${identifier}" already: use another identifier.`);
  }
  // A database has an address in one subnet of its group at a time.
  const [subnetId] = rds.subnetGroups.get(subnetGroupName ?? "") ?? [];
  await network.attachFor(subnetId === undefined ? [] : [subnetId], securityGroupIds, async (networkInterface) => {
    for (const hostName of hostNames) network.name(hostName, networkInterface);
    const server = stopped ?? (await startNew());
    if (stopped !== undefined) {
      await stopped.restart({ maxConnections: maxConnections() });
      await stopped.setMasterPassword(masterPassword);
    }
    for (const hostName of hostNames) network.listen(hostName, port, server);
    rds.databases.set(identifier, { ...settings, server, networkInterface });
  });

  async function startNew(): Promise<MysqlServer> {
    const prepared = await account.takeServer(keptAs);
    const content = { masterUser, masterPassword, databaseName };
    const tls = authority.issue(hostNames);
    const port = ports.last(keptAs);
    const server = await startMysqlServer({
      ...content,
      prepared,
      tls,
      reaper,
      port,
      maxConnections: maxConnections(),
    });
    ports.remember(keptAs, server.port);
    return server;
  }
}

/** Takes a database out of the network, and returns its server, which still runs. */
export function removeDatabase({ network, rds }: Account, identifier: string): MysqlServer | undefined {
  const database = rds.databases.get(identifier);
  for (const hostName of database?.hostNames ?? []) network.unname(hostName);
  network.interfaces.release(database?.networkInterface);
  rds.databases.delete(identifier);
  return database?.server;
}

/** Starts a server again, with what has changed in its settings. Its connections end. */
export async function restartDatabase(
  { server, maxConnections }: Database,
  changes: Parameters<MysqlServer["restart"]>[0] = {},
): Promise<void> {
  await server.restart({ ...changes, maxConnections: maxConnections() });
}

/** Makes a running database listen on another port. Others reach it there after its restart. */
export function changePort({ network }: Account, database: Database, port: number): void {
  for (const hostName of database.hostNames) {
    network.stopListening(hostName, database.port);
    network.listen(hostName, port, database.server);
  }
  database.port = port;
}

/** Gives a running database other security groups, at once. */
export function changeGroups({ network }: Account, { networkInterface }: Database, groups: string[] | undefined): void {
  if (groups !== undefined) network.move(networkInterface, networkInterface.subnetIds, groups);
}

/** @throws Error when the program wants to restore the database from a snapshot */
export function refuseSnapshot({ snapshotIdentifier }: Properties): void {
  if (snapshotIdentifier === undefined) return;
  throw new Error(
    `The stand-in has no snapshots, so it cannot restore ${JSON.stringify(snapshotIdentifier)}: leave snapshotIdentifier out here.`,
  );
}

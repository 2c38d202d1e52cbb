import type { Account, Database } from "../account";
import type { Created, Properties } from "../engine";
import { changed } from "./changed";
import { changeGroups, changePort, restartDatabase } from "./databaseServer";
import { maxConnectionsOf } from "./instanceClass";
import { changeMasterPassword, type MasterPasswordInputs } from "./masterPassword";

/** The inputs of `aws.rds.Instance` that the stand-in acts upon. */
export interface DatabaseInputs extends MasterPasswordInputs {
  identifier?: string;
  engine?: string;
  engineVersion?: string;
  instanceClass: string;
  username?: string;
  dbName?: string;
  dbSubnetGroupName?: string;
  parameterGroupName?: string;
  vpcSecurityGroupIds?: string[];
  port?: number;
  /** Whether changes that interrupt the database are made at once. @default false: in its maintenance window */
  applyImmediately?: boolean;
}

/** Outputs that an update keeps, and inputs that AWS fills in. */
const outputs = ["address", "arn", "endpoint", "engineVersionActual", "resourceId", "status", "masterUserSecrets"];
const network = ["port", "dbSubnetGroupName", "vpcSecurityGroupIds"];
const filledIn = ["identifier", "engine", "engineVersion", "username", "parameterGroupName", ...network];

/** What the identifier of an instance decides. */
export function namingOf(account: Account, identifier: string, port: number) {
  const address = `${identifier}.${account.endpointHash}.${account.region}.rds.amazonaws.com`;
  return { address, endpoint: `${address}:${port}`, arn: account.arn("rds", `db:${identifier}`) };
}

/**
 * Says what each change does, and when: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
 * The stand-in has no maintenance window, so what waits for one waits until `applyImmediately` is on.
 */
export async function updateInstance({ state }: Created, inputs: Properties, account: Account): Promise<Properties> {
  const after = changed(state, inputs, [...outputs, ...filledIn]);
  const wanted = after as unknown as DatabaseInputs;
  const before = state as unknown as DatabaseInputs & { identifier: string; engineVersionActual?: string };
  const database = account.rds.database(before.identifier);
  const { server, instance } = database;
  if (instance === undefined) throw new Error(`"${before.identifier}" is a cluster and not an instance.`);
  maxConnectionsOf(wanted.instanceClass);
  if (wanted.dbSubnetGroupName !== database.subnetGroupName) refuseMove(account, database, before.identifier, wanted);

  const masterUserSecrets = await changeMasterPassword(account, before, wanted, String(state.username), (password) =>
    server.setMasterPassword(password),
  );
  changeGroups(account, database, wanted.vpcSecurityGroupIds);
  // A group that is new to the instance counts after the next restart, and RDS does not restart the instance for it.
  instance.parameterGroupName = wanted.parameterGroupName;
  const otherPort = wanted.port !== database.port;
  if (otherPort) changePort(account, database, Number(wanted.port));

  const { identifier = before.identifier } = wanted;
  const waiting = Object.entries({
    instanceClass: wanted.instanceClass !== instance.instanceClass,
    engineVersion: wanted.engineVersion !== before.engineVersionActual,
    identifier: identifier !== before.identifier,
  }).filter(([, differs]) => differs);
  const atOnce = wanted.applyImmediately === true;
  if (atOnce) {
    instance.instanceClass = wanted.instanceClass;
    if (identifier !== before.identifier) rename(account, database, before.identifier, identifier);
  } else if (waiting.length > 0) {
    const names = waiting.map(([name]) => name).join(", ");
    account.log(`${before.identifier}: ${names} will change in the maintenance window, since applyImmediately is off`);
  }
  if (otherPort || (atOnce && waiting.length > 0)) {
    await restartDatabase(database, { tls: account.authority.issue(database.hostNames) });
  }
  return {
    ...after,
    ...namingOf(account, atOnce ? identifier : before.identifier, database.port),
    identifier: atOnce ? identifier : before.identifier,
    engineVersionActual: atOnce ? wanted.engineVersion : before.engineVersionActual,
    masterUserSecrets,
  };
}

/** Gives an instance another identifier, and with it another address. */
function rename(account: Account, database: Database, from: string, to: string): void {
  const { network, rds } = account;
  if (rds.databases.has(to)) throw new Error(`DBInstanceAlreadyExists: DB instance already exists: ${to}`);
  for (const hostName of database.hostNames) network.unname(hostName);
  const { address } = namingOf(account, to, database.port);
  database.hostNames = [address];
  network.name(address, database.networkInterface);
  network.listen(address, database.port, database.server);
  rds.databases.delete(from);
  rds.databases.set(to, database);
}

/** RDS moves an instance to another VPC only. The stand-in does not do that either, because its network would be another one. */
function refuseMove(account: Account, database: Database, identifier: string, wanted: DatabaseInputs): never {
  const { dbSubnetGroupName = "default" } = wanted;
  const [subnetId = ""] = account.rds.subnetGroups.get(dbSubnetGroupName) ?? [];
  const move = `You cannot move DB instance ${identifier} to subnet group ${dbSubnetGroupName}.`;
  if (account.network.subnet(subnetId).vpcId === database.networkInterface.vpcId) {
    throw new Error(
      `InvalidVPCNetworkStateFault: ${move} The specified DB subnet group and DB instance are in the same VPC. Choose a DB` +
        " subnet group in different VPC than the specified DB instance and try again.",
    );
  }
  throw new Error(`${move} The stand-in cannot move an instance to another VPC: replace it instead.`);
}

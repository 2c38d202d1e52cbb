import { UsageError } from "../errors";
import type { ManagedUser, ManageEvent, ManageResult } from "./event";
import { changeLogin, createUser, type CurrentLogin, endOldPassword, fingerprint, readLogins } from "./logins";
import { account } from "./names";
import { changesBetween, wantedPrivileges } from "./privileges";
import { deleteRecord, readRecords, type UserRecord, writeRecord } from "./records";
import type { Server } from "./server";
import { readGrants } from "./showGrants";

/** Who manages, and where. */
export interface Management {
  server: Server;
  /** Name of this managing function. */
  manager: string;
  /** The database (schema) that privileges are about where they do not say so. */
  database: string;
}

/** What has become of users. */
export type UsersResult = Omit<ManageResult, "migrated" | "undone">;

/** What is there before anything is changed. */
interface Present {
  records: Map<string, UserRecord>;
  logins: Map<string, CurrentLogin>;
}

/**
 * Makes the owner's users what the event says: creates those that are missing, changes the others in place, and drops those that the
 * event no longer names. It touches no other user, and doing it twice changes nothing.
 *
 * @throws UsageError before anything is changed, when somebody else has a user of that name
 */
export async function manageUsers(management: Management, { owner, users }: ManageEvent): Promise<UsersResult> {
  const { server, manager } = management;
  const present = { records: await readRecords(server), logins: await readLogins(server) };
  for (const [name, user] of Object.entries(users)) refuseForeign(name, user, owner, present);
  const result: UsersResult = { created: [], changed: [], dropped: [], kept: [] };
  for (const [name, user] of Object.entries(users)) {
    const isNew = !present.logins.has(name);
    const hasChanged = await manageUser(management, name, user, owner, present);
    if (isNew) result.created.push(name);
    else if (hasChanged) result.changed.push(name);
  }
  const left = [...present.records].filter(([name, record]) => record.owner === owner && !Object.hasOwn(users, name));
  for (const [name, { keep }] of left) {
    await forget(server, name, keep);
    result[keep ? "kept" : "dropped"].push(name);
  }
  for (const [name, record] of present.records) {
    if (Object.hasOwn(users, name) && record.manager !== manager) {
      await writeRecord(server, name, { ...record, manager });
    }
  }
  return result;
}

/** Ends the old passwords of the owner's users that are named. */
export async function endOldPasswords(server: Server, owner: string, names: string[]): Promise<UsersResult> {
  const result: UsersResult = { created: [], changed: [], dropped: [], kept: [] };
  const records = await readRecords(server);
  const logins = await readLogins(server);
  for (const name of names) {
    const current = logins.get(name);
    if (records.get(name)?.owner !== owner || current === undefined) continue;
    await endOldPassword(server, name, current);
    result.changed.push(name);
  }
  return result;
}

/** Drops the users that this very function has managed. Another one that has taken over goes on with them. */
export async function dropUsers({ server, manager }: Management, { owner }: ManageEvent): Promise<UsersResult> {
  const result: UsersResult = { created: [], changed: [], dropped: [], kept: [] };
  for (const [name, record] of await readRecords(server)) {
    if (record.owner !== owner || record.manager !== manager) continue;
    await forget(server, name, record.keep);
    result[record.keep ? "kept" : "dropped"].push(name);
  }
  return result;
}

function refuseForeign(name: string, { adopt }: ManagedUser, owner: string, { records, logins }: Present): void {
  const record = records.get(name);
  if (record !== undefined && record.owner !== owner) {
    throw new UsageError(
      `The database user ${name} belongs to ${record.owner}: give the user of ${owner} another name.`,
    );
  }
  if (record !== undefined || adopt || !logins.has(name)) return;
  throw new UsageError(
    `The database has a user ${name} that this program has not made: give the program's user another name, or set adopt to true for` +
      " it, so that the program takes it over.",
  );
}

/** @returns whether anything was changed */
async function manageUser(
  { server, manager, database }: Management,
  name: string,
  { grants, login, keep }: ManagedUser,
  owner: string,
  { records, logins }: Present,
): Promise<boolean> {
  const record = records.get(name) ?? { owner, manager, password: "", keep };
  const current = logins.get(name);
  const password = fingerprint(login);
  const isOutdated = current === undefined || record.password !== password;
  // Before the user, so that a user whose record could not be written is not taken for somebody else's.
  if (!records.has(name)) await writeRecord(server, name, record);
  if (current === undefined) await createUser(server, name, login);
  else if (isOutdated) await changeLogin(server, name, current, login);
  const hasGranted = await managePrivileges(server, name, grants, database);
  if (isOutdated || record.keep !== keep) await writeRecord(server, name, { ...record, manager, password, keep });
  return isOutdated || hasGranted;
}

/** Rounds of changes: a server may show some privileges only when others are gone. */
const rounds = 3;

/** @returns whether anything was changed */
async function managePrivileges(
  server: Server,
  name: string,
  grants: ManagedUser["grants"],
  database: string,
): Promise<boolean> {
  const user = account(name);
  const wants = wantedPrivileges(grants, database, server.dialect);
  let changes: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const lines = await server.rows<[string]>(`show grants for ${user}`);
    const { privileges, roles } = readGrants(lines.flat(), name);
    changes = changesBetween(privileges, wants, user);
    for (const role of await revocable(server, roles)) changes.push(`revoke ${role} from ${user}`);
    if (changes.length === 0) return round > 0;
    for (const change of changes) await server.run(change);
  }
  throw new UsageError(
    `The server has taken all changes of the privileges of ${name}, and still does not show what the program says. This is left:` +
      ` ${changes.join("; ")}. Use the words that SHOW GRANTS uses.`,
  );
}

/** MySQL shows the roles that everybody has among the user's own. */
async function revocable(server: Server, roles: string[]): Promise<string[]> {
  if (roles.length === 0 || server.dialect.flavour === "mariadb") return roles;
  const [[mandatory] = [""]] = await server.rows<[string]>("select @@mandatory_roles");
  return roles.filter((role) => !mandatory.includes(role.split("@")[0] ?? ""));
}

async function forget(server: Server, name: string, keep: boolean): Promise<void> {
  if (!keep) await server.run(`drop user if exists ${account(name)}`);
  await deleteRecord(server, name);
}

import { createHash } from "node:crypto";
import { UsageError } from "../errors";
import type { LoginOf, PasswordPlugin } from "./event";
import { account, text } from "./names";
import type { Server } from "./server";

/** How a user logs in at the moment. */
export interface CurrentLogin {
  plugin: string;
  /** What the server stores of the password. */
  verifier: string;
}

/** RDS's plugin for tokens. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html */
const tokens = "WITH AWSAuthenticationPlugin AS 'RDS'";

/** A short text that differs for each login, and says nothing of the password. */
export function fingerprint(login: LoginOf): string {
  return createHash("sha256").update(JSON.stringify(login)).digest("hex");
}

/** The users of any host, and how each of them logs in. */
export async function readLogins(server: Server): Promise<Map<string, CurrentLogin>> {
  const rows = await server.rows<[string, string, string]>(
    "select User, plugin, authentication_string from mysql.user where Host = '%'",
  );
  return new Map(rows.map(([name, plugin, verifier]) => [name, { plugin, verifier }]));
}

export function createUser(server: Server, name: string, login: LoginOf): Promise<void> {
  return server.run(`create user ${account(name)} identified ${identification(server, login)}`);
}

/** Gives a user another password, and leaves a second one as it is. In MariaDB, it then is the only one. */
export function setLogin(server: Server, name: string, login: LoginOf): Promise<void> {
  return server.run(`alter user ${account(name)} identified ${identification(server, login)}`);
}

/**
 * Gives a user another login. Where both are passwords of one plugin, the old password stays good, because the proxy and its clients
 * go on with it until they have read the new one: see `endOldPasswords`.
 */
export async function changeLogin(server: Server, name: string, current: CurrentLogin, login: LoginOf): Promise<void> {
  const plugin = "iam" in login ? undefined : pluginFor(server, login.plugin);
  const wanted = "iam" in login || plugin === undefined ? undefined : verifierOf(login, plugin);
  if (wanted !== undefined && wanted === current.verifier) return;
  const change = `alter user ${account(name)} identified ${identification(server, login)}`;
  if (plugin !== current.plugin) await server.run(change);
  else if (server.dialect.flavour === "mysql") await server.run(`${change} retain current password`);
  // MariaDB has no second password, but a second way to log in.
  else await server.run(`${change} or ${plugin} using ${text(current.verifier)}`);
}

/** Leaves a user only the password that it was given last: the counterpart of {@link changeLogin}. */
export async function endOldPassword(server: Server, name: string, { plugin, verifier }: CurrentLogin): Promise<void> {
  const change = `alter user ${account(name)}`;
  if (server.dialect.flavour === "mysql") await server.run(`${change} discard old password`);
  else await server.run(`${change} identified via ${plugin} using ${text(verifier)}`);
}

/** What comes after IDENTIFIED. It never has a password in it, so no log of statements has one. */
function identification(server: Server, login: LoginOf): string {
  if ("iam" in login) return tokens;
  const plugin = pluginFor(server, login.plugin);
  const words = server.dialect.flavour === "mariadb" ? ["via", "using"] : ["with", "as"];
  return `${words[0] ?? ""} ${plugin} ${words[1] ?? ""} ${text(verifierOf(login, plugin))}`;
}

function verifierOf({ verifiers }: Exclude<LoginOf, { iam: true }>, plugin: PasswordPlugin): string {
  if ("sealed" in verifiers) throw new UsageError("The verifiers of a user are still sealed.");
  return verifiers[plugin];
}

/** MariaDB has no caching_sha2_password, and RDS Proxy knows none of its other plugins. */
function pluginFor({ dialect, ownPlugin }: Server, asked: PasswordPlugin | undefined): PasswordPlugin {
  if (dialect.flavour === "mariadb") return "mysql_native_password";
  return asked ?? (ownPlugin === "mysql_native_password" ? ownPlugin : "caching_sha2_password");
}

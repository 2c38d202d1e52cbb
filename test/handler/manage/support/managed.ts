import { mock } from "node:test";
import type { Context } from "aws-lambda";
import type { Connection } from "mysql2/promise";
import { logger } from "../../../../handler";
import { manage, manageWith } from "../../../../handler/manage";
import type { Grant, ManagedUser, ManageEvent, ManageResult } from "../../../../handler/manage/event";
import type { MigrationModules } from "../../../../handler/manage/migrating";
import { verifiersOf } from "../../../../handler/manage/verifier";
import type { MysqlServer } from "../../../../local/mysqlServer";
import { closeAll, directly, startProxy } from "../../../local/rdsProxy/support/harness";
import { contextWith, environmentFor } from "../../support/client";

/** How the managing function is invoked. */
interface ManageOptions {
  manager?: string;
  /** Migrations in TypeScript. */
  modules?: MigrationModules;
  /** What the invocation has left. */
  milliseconds?: number;
}

/** The managing function in front of a real server, in this process, and a session of the master user to look at the outcome. */
export class Managed {
  private constructor(
    readonly server: MysqlServer,
    readonly admin: Connection,
  ) {}

  /** The suite has to call `likeInLambda` before. */
  static async on(start: () => Promise<MysqlServer>): Promise<Managed> {
    // The lines would stand between those of the test report.
    for (const level of ["info", "warn", "error"] as const) mock.method(logger, level, () => undefined);
    const server = await start();
    const proxy = await startProxy(server);
    Object.assign(process.env, environmentFor(proxy.proxy.port));
    return new Managed(server, await directly(server, { multipleStatements: true }));
  }

  async close(): Promise<void> {
    mock.restoreAll();
    await this.admin.end();
    await closeAll();
  }

  /** Invokes the managing function. */
  async manage(users: Record<string, ManagedUser>, more: Partial<ManageEvent> & ManageOptions = {}) {
    const { manager = "manager", modules, milliseconds = 60_000, ...event } = more;
    const callback = modules === undefined ? manage : manageWith(modules);
    return callback({ owner: "test", users, onDelete: "drop", ...event }, contextOf(manager, milliseconds));
  }

  /** The end of the invocation: what it does when the program no longer has it. */
  end(more: Partial<ManageEvent> & { manager?: string } = {}): Promise<ManageResult> {
    return this.manage({}, { tf: { action: "delete", prev_input: {} }, ...more });
  }

  /** What the server itself says of a user. */
  async shownGrants(user: string): Promise<string[]> {
    const [rows] = await this.admin.query({ sql: "show grants for ?@'%'", values: [user], rowsAsArray: true });
    return (rows as string[][]).map(([line = ""]) => inOneOrder(line)).sort();
  }

  /** Runs a statement as a user. @returns "done", or the number of the server's error */
  tryAs(user: string, sql: string): Promise<string> {
    return this.asUser(user, (attempt) => attempt(sql));
  }

  /** Lets `work` run statements as a user. In the session, nothing is left of the statements before. */
  async asUser<T>(user: string, work: (attempt: (sql: string) => Promise<string>) => Promise<T>): Promise<T> {
    const connection = await this.connectAs(user);
    try {
      return await work((sql) => outcomeOf(connection, sql));
    } finally {
      await connection.end();
    }
  }

  connectAs(user: string, password = passwordOf(user)): Promise<Connection> {
    return directly(this.server, {
      user,
      password,
      ssl: this.server.flavour === "mysql" ? { rejectUnauthorized: false } : undefined,
    });
  }

  /** Whether a user can log in with a password. */
  async letsIn(user: string, password = passwordOf(user)): Promise<boolean> {
    try {
      await (await this.connectAs(user, password)).end();
      return true;
    } catch (error) {
      if ((error as { errno?: number }).errno === 1045) return false;
      throw error;
    }
  }
}

async function outcomeOf(connection: Connection, sql: string): Promise<string> {
  try {
    await connection.query(sql);
    return "done";
  } catch (error) {
    return String((error as { errno?: number }).errno);
  } finally {
    await connection.reset();
  }
}

export const passwordOf = (user: string): string => `password of ${user}`;

/** A user with a password, and these privileges. */
export function userWith(
  user: string,
  grants: Grant[] = [],
  more: Partial<ManagedUser> & { password?: string } = {},
): ManagedUser {
  const { password = passwordOf(user), ...rest } = more;
  return { grants, login: { verifiers: verifiersOf(user, password) }, keep: false, adopt: false, ...rest };
}

/** MariaDB puts the password into the line, and columns into any order. */
function inOneOrder(line: string): string {
  return line
    .replace(/ IDENTIFIED .*?(?=$| WITH )/, "")
    .replace(
      /\((`(?:[^`]|``)*`(?:, )?)+\)/g,
      (columns) => `(${(columns.match(/`(?:[^`]|``)*`/g) ?? []).sort().join(", ")})`,
    );
}

function contextOf(functionName: string, milliseconds: number): Context {
  return { ...contextWith(milliseconds), functionName };
}

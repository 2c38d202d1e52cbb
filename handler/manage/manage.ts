import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { readEnvironment } from "../environment";
import { ConnectionError, ConnectionLostError, OutOfTimeError } from "../errors";
import { callback } from "../invocation";
import { logger } from "../logger";
import type { ManageEvent, ManageResult } from "./event";
import { withCauses } from "./givingUp";
import type { Migrating, MigrationModules } from "./migrating";
import { migrate } from "./migrations";
import { quoted, text } from "./names";
import { giveTo } from "./records";
import { openedUsers } from "./sealed";
import { Server } from "./server";
import { dropUsers, endOldPasswords, manageUsers } from "./users";

/** Milliseconds to keep at the end of the invocation, so that the last error is reported before Lambda ends it. */
const reserve = 8_000;
const pauseBetweenAttempts = 2_000;
/** Milliseconds to try to reach a database that is most likely about to be deleted. */
const lastTry = 10_000;

const nothing: ManageResult = { migrated: [], undone: [], created: [], changed: [], dropped: [], kept: [] };

/**
 * Makes the Lambda callback that makes the database what the event says. It is what the deployment invokes when the invocation is created, changed
 * or deleted, and doing it again changes nothing.
 *
 * It is also the deployment's health gate. A proxy's target becomes AVAILABLE minutes after it was registered, and until then
 * connections fail or wait. So it tries until it gets through or its time is nearly up.
 *
 * @param modules the migrations in TypeScript, which are bundled with this function
 */
export const manageWith = (modules: MigrationModules) =>
  callback(async (event: ManageEvent, context): Promise<ManageResult> => {
    const isEnd = event.tf?.action === "delete";
    const mayFail = isEnd && event.onDelete === "try";
    const began = Date.now();
    const until = began + Math.min(context.getRemainingTimeInMillis() - reserve, mayFail ? lastTry : Infinity);
    try {
      return await reach(until, (seconds) => run(event, modules, context, seconds, isEnd));
    } catch (error) {
      if (!mayFail || !isWorthWaiting(error)) {
        throw withCauses(error, context.functionName, (Date.now() - began) / 1_000);
      }
      logger.warn("The database cannot be reached, so its users go with it", error as Error);
      return nothing;
    }
  });

/** The callback where no migration is in TypeScript. */
export const manage = manageWith({});

function run(
  event: ManageEvent,
  modules: MigrationModules,
  context: Context,
  seconds: number,
  isEnd: boolean,
): Promise<ManageResult> {
  const environment = readEnvironment();
  return Server.use(environment, seconds, async (server) => {
    if (event.endOldPasswords !== undefined) {
      return { ...nothing, ...(await endOldPasswords(server, event.owner, event.endOldPasswords)) };
    }
    if (!isEnd) await ensureDatabase(server, environment.DB_NAME);
    const former = formerOwner(event);
    if (former !== undefined) await giveTo(server, event.owner, former);
    const management = { server, manager: context.functionName, database: environment.DB_NAME };
    // Before the users: their privileges may be on tables and procedures that the migrations make.
    const migrated = isEnd ? undefined : await migrate({ ...places(context), modules, server, environment }, event);
    const users = await (isEnd
      ? dropUsers(management, event)
      : manageUsers(management, { ...event, users: openedUsers(event.users) }));
    const result = { ...nothing, ...migrated, ...users };
    logger.info("Managed the database", { ...result });
    return result;
  });
}

/** The owner in the event before: a component has got another name, and an alias says that it is the same. */
function formerOwner({ owner, tf }: ManageEvent): string | undefined {
  const before = (tf?.prev_input as Partial<ManageEvent> | null | undefined)?.owner;
  return tf?.action === "update" && before !== owner ? before : undefined;
}

/** Where the package has the files, and how long there is to apply them. */
function places(context: Context): Pick<Migrating, "folder" | "timeLeft"> {
  const folder = join(process.env.LAMBDA_TASK_ROOT ?? process.cwd(), "migrations");
  return { folder, timeLeft: () => context.getRemainingTimeInMillis() };
}

/** RDS makes the database (schema) of a new instance. One that exists, or that comes from a snapshot, may lack it. */
async function ensureDatabase(server: Server, name: string): Promise<void> {
  const found = await server.rows(`select 1 from information_schema.schemata where schema_name = ${text(name)}`);
  if (found.length === 0) await server.run(`create database if not exists ${quoted(name)}`);
}

/** Tries until the database lets the function in, or the time is nearly up. */
async function reach<T>(until: number, attempt: (seconds: number) => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt(Math.max(1, (until - Date.now()) / 1_000));
    } catch (error) {
      // Refused log-ins and secrets are tried again too: it takes seconds until all of AWS knows new roles and policies.
      if (Date.now() + pauseBetweenAttempts > until || !isWorthWaiting(error)) throw error;
      logger.warn(`Attempt ${count} to reach the database failed, trying again`, error as Error);
      await sleep(pauseBetweenAttempts);
    }
  }
}

/** Managing twice changes nothing, so a connection that was lost half way is no reason to give up either. */
function isWorthWaiting(error: unknown): boolean {
  return [ConnectionError, ConnectionLostError, OutOfTimeError].some((kind) => error instanceof kind);
}

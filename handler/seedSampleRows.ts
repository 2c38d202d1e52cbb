import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { Database } from "./database";
import { type DatabaseEnvironment, readEnvironment } from "./environment";
import { isConnectionError } from "./errors";
import { logger, withLogging } from "./logger";

/** Milliseconds to keep at the end of the invocation, so that the last error is reported before Lambda ends it. */
const reserve = 8_000;
const pauseBetweenAttempts = 2_000;

/**
 * Lambda callback: creates the sample database, table and rows. Running it again changes nothing.
 *
 * It is also the deployment's health gate. A proxy's target becomes AVAILABLE minutes after it was registered, and until then
 * connections fail or wait. So the callback tries until it gets through or its time is nearly up.
 */
export function seedSampleRows(_event: unknown, context: Context): Promise<string> {
  return withLogging(context, async () => {
    const environment = readEnvironment();
    for (let attempt = 1; ; attempt++) {
      const database = new Database(environment, { database: undefined });
      try {
        await createSampleData(database, environment);
        return `seeded at attempt ${attempt}`;
      } catch (error) {
        const timeIsUp = context.getRemainingTimeInMillis() < reserve + pauseBetweenAttempts;
        // Refused log-ins and secrets are tried again too: it takes seconds until all of AWS knows new roles and policies.
        if (timeIsUp || !isConnectionError(error)) throw error;
        logger.warn(`Attempt ${attempt} to reach the database failed, trying again`, error as Error);
        await sleep(pauseBetweenAttempts);
      } finally {
        database.close();
      }
    }
  });
}

async function createSampleData(database: Database, { DB_NAME }: DatabaseEnvironment): Promise<void> {
  const schema = `\`${DB_NAME.replaceAll("`", "``")}\``;
  await database.execute(`create database if not exists ${schema}`);
  await database.execute(`create table if not exists ${schema}.sample (id int, value varchar(10))`);
  // Each row is written only where it is missing, so that a second run, or one after half a run, adds nothing twice.
  for (const [id, value] of [
    [1, "taro"],
    [2, "hanako"],
  ] as const) {
    await database.execute(
      `insert into ${schema}.sample (id, value) select ${id}, '${value}' from dual ` +
        `where not exists (select 1 from ${schema}.sample where id = ${id})`,
    );
  }
}

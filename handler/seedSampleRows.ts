import { setTimeout as sleep } from "node:timers/promises";
import { Database } from "./database";
import { type DatabaseEnvironment, readEnvironment } from "./environment";
import { ConnectionError, ConnectionLostError, OutOfTimeError } from "./errors";
import { callback } from "./invocation";
import { logger } from "./logger";

/** Milliseconds to keep at the end of the invocation, so that the last error is reported before Lambda ends it. */
const reserve = 8_000;
const pauseBetweenAttempts = 2_000;

const sampleRows = [
  { id: 1, value: "taro" },
  { id: 2, value: "hanako" },
];

/**
 * Lambda callback: creates the sample database, table and rows. Running it again changes nothing.
 *
 * It is also the deployment's health gate. A proxy's target becomes AVAILABLE minutes after it was registered, and until then
 * connections fail or wait. So the callback tries until it gets through or its time is nearly up.
 */
export const seedSampleRows = callback(async (_event: unknown, context): Promise<string> => {
  const environment = readEnvironment();
  for (let attempt = 1; ; attempt++) {
    const database = new Database(environment, { database: null });
    try {
      await createSampleData(database, environment);
      return `seeded at attempt ${attempt}`;
    } catch (error) {
      const timeIsUp = context.getRemainingTimeInMillis() < reserve + pauseBetweenAttempts;
      // Refused log-ins and secrets are tried again too: it takes seconds until all of AWS knows new roles and policies.
      if (timeIsUp || !isWorthWaiting(error)) throw error;
      logger.warn(`Attempt ${attempt} to reach the database failed, trying again`, error as Error);
      await sleep(pauseBetweenAttempts);
    } finally {
      database.close();
    }
  }
});

/** Seeding twice changes nothing, so a connection that was lost half way is no reason to give up either. */
function isWorthWaiting(error: unknown): boolean {
  return [ConnectionError, ConnectionLostError, OutOfTimeError].some((kind) => error instanceof kind);
}

async function createSampleData(database: Database, { DB_NAME }: DatabaseEnvironment): Promise<void> {
  await database.execute("create database if not exists ??", [DB_NAME]);
  await database.execute("create table if not exists ??.sample (id int, value varchar(10))", [DB_NAME]);
  // Each row is written only where it is missing, so that a second run, or one after half a run, adds nothing twice.
  for (const { id, value } of sampleRows) {
    await database.execute(
      "insert into ??.sample (id, value) select ?, ? from dual where not exists (select 1 from ??.sample where id = ?)",
      [DB_NAME, id, value, DB_NAME, id],
    );
  }
}

import { Database } from "../../../../handler";
import { readEnvironment } from "../../../../handler/environment";

/** Holds a database connection with a transaction, and asks for another one. */
export async function askForSecond(): Promise<object> {
  const environment = readEnvironment();
  const [first, second] = [new Database(environment), new Database(environment)];
  await first.execute("start transaction");
  await first.execute("select 1");
  const started = Date.now();
  const error = await second.read("select 1").catch((failure: unknown) => failure as Error & { errno?: number });
  const seconds = (Date.now() - started) / 1_000;
  first.close();
  second.close();
  return error instanceof Error ? { errno: error.errno, message: error.message, seconds } : { rows: error };
}

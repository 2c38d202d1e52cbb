import { Database } from "../../../../handler";
import { readEnvironment } from "../../../../handler/environment";

/** Keeps a database connection in a transaction, and asks for a second one. */
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

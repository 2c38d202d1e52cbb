import { Database, readEnvironment } from "../../../../handler";
import { Deadline } from "../../../../handler/deadline";
import { readSecret } from "../../../../handler/secret";

/** Creates the user `reporting` with the password in its secret. A real program does this once per database. */
export async function createUser(): Promise<void> {
  const { password } = await readSecret(process.env.REPORTING_SECRET_ARN ?? "", Deadline.ofInvocation(20_000));
  const database = new Database(readEnvironment());
  await database.execute("create user reporting@'%' identified by ?", [password]);
  await database.execute("grant select on test.sample to reporting@'%'");
  database.close();
}

/** Returns the user, the host and the rows that it reads, and the outcome of a write. */
export async function report(): Promise<object> {
  const database = new Database(readEnvironment());
  const [[user] = []] = await database.readArrays("select current_user()");
  const rows = await database.readArrays("select * from sample");
  const write = await database.execute("delete from sample").then(
    () => "written",
    (error: unknown) => (error as { errno?: number }).errno,
  );
  database.close();
  return { user, host: process.env.DB_ENDPOINT, rows, write };
}

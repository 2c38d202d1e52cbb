import { callback, Database, type DatabaseOptions, readEnvironment } from "../../../../handler";

interface Event {
  sql?: string;
  /** Sends it as a write, which is never sent twice. */
  write?: boolean;
  options?: DatabaseOptions;
}

let database: Database | undefined;

/** Does what the test says, on the container's one connection. */
export const run = callback(async ({ sql = "select * from sample", write, options }: Event): Promise<unknown> => {
  database ??= new Database(readEnvironment(), options);
  return write ? database.execute(sql) : database.readArrays(sql);
});

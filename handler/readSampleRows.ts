import { Database } from "./database";
import { readEnvironment } from "./environment";
import { callback } from "./invocation";
import { logger } from "./logger";

let database: Database | undefined;

/** Lambda callback: every row of the table `sample` as an array of its values, such as `[[1,"taro"],[2,"hanako"]]`. */
export const readSampleRows = callback(async (): Promise<unknown[][]> => {
  database ??= new Database(readEnvironment());
  const rows = await database.readArrays("select * from sample");
  logger.info("Read the sample rows", { rows });
  return rows;
});

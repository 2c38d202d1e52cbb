import type { Context } from "aws-lambda";
import { Database } from "./database";
import { readEnvironment } from "./environment";
import { logger, withLogging } from "./logger";

let database: Database | undefined;

/** Lambda callback: every row of the table `sample` as an array of its values, such as `[[1,"taro"],[2,"hanako"]]`. */
export function readSampleRows(_event: unknown, context: Context): Promise<unknown[][]> {
  return withLogging(context, async () => {
    database ??= new Database(readEnvironment());
    const rows = await database.read("select * from sample");
    logger.info("Read the sample rows", { rows });
    return rows;
  });
}

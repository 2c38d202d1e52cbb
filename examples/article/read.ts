import { callback, Database, logger, readEnvironment } from "lambda-rds-proxy/client";

const database = new Database(readEnvironment());

export const handler = callback(async () => {
  const rows = await database.readArrays("select * from sample");
  logger.info("Read the sample rows", { rows });
  return rows;
});

import { callback, Database, readEnvironment } from "lambda-rds-proxy/client";

const database = new Database(readEnvironment());

export const handler = callback(() =>
  database.read("select customer, sum(total) as total from orders group by customer"),
);

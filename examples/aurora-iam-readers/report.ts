import { callback, readEnvironment, ReadOnlyDatabase } from "lambda-rds-proxy/client";

/** This client has no writes at all, so a mistake does not compile. */
const database = new ReadOnlyDatabase(readEnvironment());

export const handler = callback(() =>
  database.read("select customer, sum(total) as total from orders group by customer"),
);

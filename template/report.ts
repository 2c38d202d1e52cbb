import { callback, Database, readEnvironment } from "lambda-rds-proxy/client";

const database = new Database(readEnvironment());

export const handler = callback(() => database.readArrays("select id, customer from orders"));

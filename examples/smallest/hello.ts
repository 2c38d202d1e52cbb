import { callback, Database, readEnvironment } from "lambda-rds-proxy/client";

/** Lives as long as its container, so that warm invocations find an open connection. */
const database = new Database(readEnvironment());

export const handler = callback(() => database.read("select 'hello' as greeting"));

import { Kysely, MysqlDialect } from "kysely";
import { callback, Database, kyselyPool, readEnvironment } from "lambda-rds-proxy/client";

/** The database's tables, as Kysely wants them described. */
export interface Tables {
  orders: { id: number; customer: string; total: number };
}

/** Kysely on the client: one connection per container, nothing prepared. */
export const open = (database: Database) =>
  new Kysely<Tables>({ dialect: new MysqlDialect({ pool: kyselyPool(database) }) });

let db: Kysely<Tables> | undefined;

/** Lambda callback: the customers who have spent most. */
export const topCustomers = callback(({ limit }: { limit: number }) => {
  db ??= open(new Database(readEnvironment()));
  const spent = db
    .selectFrom("orders")
    .select(["customer", db.fn.sum<string>("total").as("spent")])
    .groupBy("customer");
  return spent.orderBy("spent", "desc").limit(limit).execute();
});

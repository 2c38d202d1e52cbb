import { desc, sum } from "drizzle-orm";
import { int, mysqlTable, varchar } from "drizzle-orm/mysql-core";
import { drizzle, type MySql2Database } from "drizzle-orm/mysql2";
import { callback, Database, drizzleClient, readEnvironment } from "lambda-rds-proxy/client";

export const orders = mysqlTable("orders", {
  id: int().primaryKey().autoincrement(),
  customer: varchar({ length: 20 }).notNull(),
  total: int().notNull(),
});

/** Drizzle on the client: one connection per container, nothing prepared. */
export const open = (database: Database) => drizzle({ client: drizzleClient(database) });

let db: MySql2Database | undefined;

/** Lambda callback: the customers who have spent most. */
export const topCustomers = callback(({ limit }: { limit: number }) => {
  db ??= open(new Database(readEnvironment()));
  const spent = sum(orders.total).as("spent");
  const all = db.select({ customer: orders.customer, spent }).from(orders).groupBy(orders.customer);
  return all.orderBy(desc(spent)).limit(limit);
});

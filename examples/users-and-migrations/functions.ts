import { callback, Database, readEnvironment, StatementError } from "lambda-rds-proxy/client";

const database = new Database(readEnvironment());

/** As `shop`, which may read and write. */
export const order = callback(({ customer, total }: { customer: string; total: number }) =>
  database.execute("insert into orders (customer, total) values (?, ?)", [customer, total]),
);

/** As `billing`, which may only say that an order was paid. */
export const pay = callback(async ({ customer }: { customer: string }) => {
  await database.execute("update orders set paid = true where customer = ?", [customer]);
  try {
    await database.execute("update orders set total = 0 where customer = ?", [customer]);
  } catch (error) {
    if (error instanceof StatementError) return error.code;
    throw error;
  }
  return "not refused";
});

/** As `reporting`, which may read. */
export const report = callback(() => database.read("select customer, total, paid from orders order by id"));

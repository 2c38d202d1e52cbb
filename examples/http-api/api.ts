import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { callback, Database, readEnvironment, type Transaction } from "lambda-rds-proxy/client";

interface Order {
  customer: string;
  product: string;
  quantity: number;
}

const database = new Database(readEnvironment());

export const handler = callback(
  async ({ body }: Pick<APIGatewayProxyEventV2, "body">): Promise<APIGatewayProxyStructuredResultV2> => {
    const order = orderIn(body);
    if (order === undefined) {
      return answer(400, { error: "The body must be JSON with customer, product, and quantity as a whole number." });
    }
    // Either both statements have happened, or neither. After a deadlock all of it runs again, at most three times.
    return database.transaction((tx) => place(tx, order), { conflictRetries: 3 });
  },
);

async function place(tx: Transaction, order: Order): Promise<APIGatewayProxyStructuredResultV2> {
  const { customer, product, quantity } = order;
  const { affectedRows } = await tx.execute(
    "update stock set available = available - :quantity where product = :product and available >= :quantity",
    { product, quantity },
  );
  if (affectedRows === 0) return answer(409, { error: `There is too little ${product}.` });
  const { insertId } = await tx.execute("insert into orders (customer, product, quantity) values (?, ?, ?)", [
    customer,
    product,
    quantity,
  ]);
  return answer(201, { id: insertId });
}

/** What a caller has sent, if it is an order. */
function orderIn(body = ""): Order | undefined {
  try {
    const { customer, product, quantity } = JSON.parse(body) as Record<string, unknown>;
    if (typeof customer !== "string" || typeof product !== "string") return undefined;
    return Number.isInteger(quantity) ? { customer, product, quantity: Number(quantity) } : undefined;
  } catch {
    return undefined;
  }
}

const answer = (statusCode: number, body: object): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

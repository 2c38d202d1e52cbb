import type { QueryOptions } from "mysql2";
import { outOfTime, statementFailure } from "./driverErrors";
import type { Borrowed, Link } from "./link";

/** How many rows wait in memory before the connection is paused. */
const rowsAhead = 100;

/** The rows of a statement, one after the other, while the stream has the connection. */
export async function* streamRows<T extends object>(
  sql: string,
  options: Pick<QueryOptions, "typeCast">,
  take: () => Promise<Borrowed>,
  link: Link,
): AsyncGenerator<T, void, undefined> {
  const { connection, deadline, release } = await take();
  const rows = connection.query({ sql, ...options }).stream({ highWaterMark: rowsAhead });
  const lost = (error: Error): void => {
    rows.destroy(error);
  };
  const timer = setTimeout(() => {
    rows.destroy(outOfTime("the rows of a stream"));
  }, deadline.left);
  // mysql2 tells only the connection of its end, not a command whose rows are read as a stream.
  connection.on("error", lost);
  let isComplete = false;
  try {
    for await (const row of rows as AsyncIterable<T>) yield row;
    isComplete = true;
  } catch (error) {
    isComplete = isRefusal(error);
    throw statementFailure(error);
  } finally {
    clearTimeout(timer);
    connection.off("error", lost);
    // What was not read would still have to be received before the next statement.
    if (!isComplete) link.close();
    release();
  }
}

/** Whether the server itself answered with an error, after which the connection is ready for the next statement. */
function isRefusal(error: unknown): boolean {
  return (error as { sqlState?: string }).sqlState !== undefined && !(error as { fatal?: boolean }).fatal;
}

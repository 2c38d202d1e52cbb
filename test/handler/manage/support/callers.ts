import { Database, type DatabaseEnvironment } from "../../../../handler";

/** Functions that call the database all the time. */
export interface Callers {
  /** Waits until each of them has called about once more. */
  more: () => Promise<void>;
  /** Ends them. @returns what has failed */
  end: () => Promise<unknown[]>;
}

/** Starts so many functions. Every other one keeps its connection between invocations, as a warm container does. */
export function callersUntil(environment: DatabaseEnvironment, count: number): Callers {
  let isOver = false;
  let done = 0;
  const failures: unknown[] = [];
  const functions = Array.from({ length: count }, async (_, index) => {
    let database = new Database(environment, { database: null });
    while (!isOver) {
      try {
        await database.read("select 1");
        done++;
      } catch (error) {
        failures.push(error);
      }
      if (index % 2 === 0) {
        database.close();
        database = new Database(environment, { database: null });
      }
    }
    database.close();
  });
  return {
    async more() {
      const enough = done + count;
      while (done < enough && failures.length === 0) await new Promise((resolve) => setImmediate(resolve));
    },
    async end() {
      isOver = true;
      await Promise.all(functions);
      return failures;
    },
  };
}

import type { Context } from "aws-lambda";
import { readSampleRows, seedSampleRows } from "../../../../handler";

/** Both callbacks of the program in one: a container less for each of many databases. */
export async function seedAndRead(event: unknown, context: Context): Promise<unknown[][]> {
  await seedSampleRows(event, context);
  return readSampleRows(event, context);
}

import type { Context } from "aws-lambda";
import { readSampleRows, seedSampleRows } from "../../../../handler";

/** Both callbacks of the sample program in one, so that each of the many databases needs one container less. */
export async function seedAndRead(event: unknown, context: Context): Promise<unknown[][]> {
  await seedSampleRows(event, context);
  return readSampleRows(event, context);
}

/** Memory in GiB of instances of a size, by the letter of their family. */
const memoryOfLarge: Record<string, number> = { t: 8, m: 8, c: 4, r: 16, x: 32 };
/** How many times the memory of `large` a size has. */
const timesLarge: Record<string, number> = { micro: 1 / 8, small: 1 / 4, medium: 1 / 2, large: 1, xlarge: 2 };

/** RDS for MySQL's default for max_connections is the instance's memory in bytes divided by this number. */
const bytesPerConnection = 12_582_880;
const gibibyte = 1024 ** 3;

/**
 * RDS's default for `max_connections` of an instance class. On AWS it is a little less, since the operating system's own
 * share is taken off first, by an amount that AWS does not publish.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 *
 * @throws Error when the class is not one that can be told apart by its name
 */
export function maxConnectionsOf(instanceClass: string): number {
  return Math.floor(memoryOf(instanceClass) / bytesPerConnection);
}

/**
 * The same for Aurora MySQL: GREATEST({log(DBInstanceClassMemory/805306368)*45},{log(DBInstanceClassMemory/8187281408)*1000}).
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
 *
 * @param maxCapacity of a db.serverless instance, in Aurora capacity units of 2 GiB
 */
export function auroraMaxConnectionsOf(instanceClass: string, maxCapacity = 1): number {
  const bytes = instanceClass === "db.serverless" ? maxCapacity * 2 * gibibyte : memoryOf(instanceClass);
  return Math.floor(Math.max(45 * Math.log2(bytes / 805_306_368), 1000 * Math.log2(bytes / 8_187_281_408)));
}

/** Memory of an instance class in bytes. */
function memoryOf(instanceClass: string): number {
  const [, family = "", size = ""] = /^db\.([a-z])[a-z0-9-]*\.([a-z0-9]+)$/.exec(instanceClass) ?? [];
  const large = memoryOfLarge[family];
  const multiple = timesLarge[size] ?? 2 * Number(/^(\d+)xlarge$/.exec(size)?.[1]);
  if (large === undefined || Number.isNaN(multiple)) {
    throw new Error(
      `The stand-in does not know how much memory ${instanceClass} has: use a class such as db.t4g.micro.`,
    );
  }
  return large * multiple * gibibyte;
}

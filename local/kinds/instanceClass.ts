/** Memory in GiB of the size `large`, by the first letter of the instance family. */
const memoryOfLarge: Record<string, number> = { t: 8, m: 8, c: 4, r: 16, x: 32 };
/** Memory of each size, as a multiple of the memory of `large`. */
const timesLarge: Record<string, number> = { micro: 1 / 8, small: 1 / 4, medium: 1 / 2, large: 1, xlarge: 2 };

/** The default of max_connections on RDS for MySQL is the instance's memory in bytes divided by this number. */
const bytesPerConnection = 12_582_880;
const gibibyte = 1024 ** 3;

/**
 * RDS's default of `max_connections` for an instance class. On AWS the number is a little smaller: the operating system
 * takes its share of the memory first, and AWS does not publish how much.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 *
 * @throws Error when the name of the class does not say how much memory it has
 */
export function maxConnectionsOf(instanceClass: string): number {
  return Math.floor(memoryOf(instanceClass) / bytesPerConnection);
}

/**
 * The same for Aurora MySQL:
 * GREATEST({log(DBInstanceClassMemory/805306368)*45},{log(DBInstanceClassMemory/8187281408)*1000}).
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
 *
 * @param maxCapacity maximum capacity of a db.serverless instance, in Aurora capacity units of 2 GiB
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

import type { Fields } from "./fields";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const defaultLogRetention = 14;

/** Days for which a log is kept. */
export function checkLogRetention(given: Fields<{ logRetentionInDays?: number | undefined }>): number {
  const days = given.value("logRetentionInDays");
  if (days === undefined) return defaultLogRetention;
  const found = logRetentions.find((offered) => offered === days);
  return found ?? given.refuse("logRetentionInDays", `CloudWatch Logs offers only ${logRetentions.join(", ")}`);
}

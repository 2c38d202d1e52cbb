/** A difference between a client of the proxy and one of the database, and AWS's reason for it. */
interface AllowedDifference {
  reason: string;
  source: string;
  applies(sql: string, direct: string, through: string): boolean;
}

/** SERVER_SESSION_STATE_CHANGED among the status flags. */
const sessionStateChanged = 0x4000;

/** The only differences that the differential test accepts. */
const allowedDifferences: AllowedDifference[] = [
  {
    reason:
      "ROW_COUNT() asks about a statement that another database connection may have run. AWS pins the session for it " +
      "sometimes; the stand-in answers from what the reply said, with the same value as a column of another type.",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html",
    applies: (sql, direct, through) => sql === "SELECT ROW_COUNT()" && numbers(direct) === numbers(through),
  },
  {
    reason:
      "After an error in stored code, MySQL repeats the default schema in its next OK packet, although it has not " +
      "changed. That packet answers the proxy's own COM_PING. AWS does not say what RDS Proxy does.",
    source: "https://dev.mysql.com/doc/refman/8.4/en/session-state-tracking.html",
    applies: (sql, direct, through) =>
      !/^use/i.test(sql) &&
      newSchemas(through).every((schema) => newSchemas(direct).includes(schema)) &&
      withoutNews(direct) === withoutNews(through),
  },
  {
    reason:
      "MySQL's reply to a CALL that changes no rows repeats the count of the statement before, which another database " +
      "connection may have run. AWS pins the session for ROW_COUNT() sometimes.",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html",
    applies: (sql, direct, through) => sql.startsWith("CALL") && withoutCount(direct) === withoutCount(through),
  },
];

function withoutCount(outcome: string): string {
  return outcome.replace(/"affectedRows":\d+/g, "");
}

/** The value in the outcome of a query with one row of one number, which some drivers give as a BigInt. */
function numbers(outcome: string): string | undefined {
  return /\[\["?(-?\d+)n?"?\]\]/.exec(outcome)?.[1];
}

const news = /"stateChanges":\{"systemVariables":(\{[^}]*\}),"schema":("[^"]*"|null)[^}]*\},/g;

/** The default schemas that an outcome brings news of. */
function newSchemas(outcome: string): string[] {
  return [...outcome.matchAll(news)].map(([, , schema = ""]) => schema).filter((schema) => schema !== "null");
}

/** The outcome without news of the default schema. */
function withoutNews(outcome: string): string {
  return outcome
    .replace(/"serverStatus":(\d+)/g, (_, status) => `"serverStatus":${Number(status) & ~sessionStateChanged}`)
    .replace(news, (_, variables: string) => (variables === "{}" ? "" : variables));
}

/** Why the proxy may answer so. Undefined if there is no reason. */
export function allowedDifference(sql: string, direct: string, through: string): AllowedDifference | undefined {
  return allowedDifferences.find((allowed) => allowed.applies(sql, direct, through));
}

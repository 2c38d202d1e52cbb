import type { Ask } from "./calls";
import type { FunctionFacts, ProxyFacts } from "./facts";
import type { Hop, Problem } from "./report";

/** Minutes to look back. */
const lookBack = 60;
/** The share of database connections that may be pinned. */
const pinnedShare = 0.2;
/** How many containers one database connection serves at most, if transactions are short. */
const containersPerConnection = 10;
/** The share of the borrow timeout that a session may wait. */
const waitingShare = 0.5;

const proxyMetrics = [
  "DatabaseConnections",
  "DatabaseConnectionsBorrowLatency",
  "DatabaseConnectionsCurrentlyBorrowed",
  "DatabaseConnectionsCurrentlySessionPinned",
  "MaxDatabaseConnectionsAllowed",
] as const;

type Metrics = Partial<Record<(typeof proxyMetrics)[number] | "ConcurrentExecutions", number>>;

/** How the proxy's connections are used, by what CloudWatch has measured in the last hour. */
export async function poolHop(ask: Ask, fn: FunctionFacts, facts: ProxyFacts, timeouts: number): Promise<Hop> {
  const metrics = await highest(ask, fn.name, facts.name);
  const { MaxDatabaseConnectionsAllowed: limit, DatabaseConnections: open = 0 } = metrics;
  const { DatabaseConnectionsCurrentlySessionPinned: pinned = 0, DatabaseConnectionsCurrentlyBorrowed: borrowed = 0 } =
    metrics;
  const borrowTimeout = facts.pool?.ConnectionBorrowTimeout ?? 120;
  const waited = (metrics.DatabaseConnectionsBorrowLatency ?? 0) / 1_000_000;
  const concurrency = fn.reservedConcurrency ?? metrics.ConcurrentExecutions ?? 0;
  const problems: Problem[] = [];
  if (timeouts > 0 || waited >= borrowTimeout * waitingShare) {
    const isFull = limit !== undefined && borrowed >= limit;
    problems.push({
      reason: timeouts > 0 ? "9501" : undefined,
      cause:
        `Sessions wait for a database connection until the borrow timeout of ${borrowTimeout} s` +
        (isFull ? `: all ${limit} connections that the proxy may open are in use.` : "."),
      fix: "Keep transactions short and avoid what pins, or give the database more connections: database.instanceClass, or proxy.maxConnectionsPercent up to 100.",
    });
  }
  if (pinned > 0 && pinned / Math.max(open, pinned) > pinnedShare) {
    problems.push({
      cause: `${pinned} of ${Math.max(open, pinned)} database connections were pinned to one client at the same time, so others could not use them.`,
      fix: `The log group /aws/rds/proxy/${facts.name} says which statement pins; proxy.sessionPinningFilters: ["EXCLUDE_VARIABLE_SETS"] and proxy.initQuery help against SET.`,
    });
  }
  if (limit !== undefined && limit > 0 && concurrency > limit * containersPerConnection) {
    problems.push({
      cause: `${concurrency} containers of the function share ${limit} database connections, more than ${containersPerConnection} on each.`,
      fix: "Give the function a smaller reservedConcurrency, or the database more connections: database.instanceClass, or proxy.maxConnectionsPercent up to 100.",
    });
  }
  const found =
    limit === undefined ? "CloudWatch has no metrics yet" : `${open} of ${limit} connections open, ${pinned} pinned`;
  return { name: "pool", found, problems };
}

/** The highest value of each metric. Those without one are left out. */
async function highest(ask: Ask, functionName: string, proxyName: string): Promise<Metrics> {
  const wanted = [
    ...proxyMetrics.map((name) => ({ name, namespace: "AWS/RDS", dimension: "ProxyName", value: proxyName })),
    { name: "ConcurrentExecutions", namespace: "AWS/Lambda", dimension: "FunctionName", value: functionName } as const,
  ];
  const answer = await ask("cloudwatch:GetMetricData", {
    StartTime: new Date(Date.now() - lookBack * 60_000),
    EndTime: new Date(),
    MetricDataQueries: wanted.map(({ name, namespace, dimension, value }, index) => ({
      Id: `m${index}`,
      MetricStat: {
        Metric: { Namespace: namespace, MetricName: name, Dimensions: [{ Name: dimension, Value: value }] },
        Period: 60,
        Stat: "Maximum",
      },
    })),
  });
  const results = answer?.MetricDataResults ?? [];
  return Object.fromEntries(
    wanted.flatMap(({ name }, index) => {
      const values = results.find(({ Id }) => Id === `m${index}`)?.Values ?? [];
      return values.length === 0 ? [] : [[name, Math.max(...values)]];
    }),
  );
}

/** An error in the function's log. */
interface LoggedError {
  text: string;
  /** Whether the proxy had no connection to give: error 9501. */
  isTimeout: boolean;
}

/** The function's errors of the last hour, the newest last. */
export async function loggedErrors(ask: Ask, fn: FunctionFacts): Promise<LoggedError[]> {
  const logGroupName = fn.configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${fn.name}`;
  const errors: LoggedError[] = [];
  let nextToken: string | undefined;
  try {
    // CloudWatch searches in parts, some of which are empty. Ten of them are enough to see how the function fails.
    for (let part = 0; part < 10; part++) {
      const answer = await ask("logs:FilterLogEvents", {
        logGroupName,
        startTime: Date.now() - lookBack * 60_000,
        filterPattern: '?ERROR ?"Task timed out"',
        nextToken,
      });
      for (const { message = "" } of answer?.events ?? []) {
        const text = textOf(message);
        errors.push({ text, isTimeout: /\b9501\b/.test(message) });
      }
      nextToken = answer?.nextToken;
      if (nextToken === undefined) break;
    }
  } catch (error) {
    // A function that has never run has no log group.
    if ((error as Error).name !== "ResourceNotFoundException") throw error;
  }
  return errors;
}

/** The message in a line of the client's log, which is JSON, or the line. */
function textOf(line: string): string {
  try {
    const { error, message } = JSON.parse(line) as { error?: { name?: string; message?: string }; message?: string };
    return error?.message === undefined ? (message ?? line) : `${error.name ?? "Error"}: ${error.message}`;
  } catch {
    return line.trim();
  }
}

/** The last error, which says how the function itself sees it. */
export function errorsHop(fn: FunctionFacts, errors: LoggedError[]): Hop {
  const last = errors.at(-1);
  if (last === undefined) return { name: "last errors", found: `none in ${lookBack} minutes`, problems: [] };
  const count = `${errors.length} in ${lookBack} minutes`;
  const problem = {
    cause: last.text.length > 300 ? `${last.text.slice(0, 300)}…` : last.text,
    fix: `If all is well above, invoke the function again; aws logs tail ${fn.configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${fn.name}`} shows its log.`,
  };
  return { name: "last errors", found: count, problems: [problem] };
}

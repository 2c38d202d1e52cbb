import type * as pulumi from "@pulumi/pulumi";
import type { Validator } from "../base/validator";
import type { ProxySettings } from "./arguments";

/**
 * Alarms on the proxy's metrics, and a dashboard that shows them: few connections left, pinned sessions, long waits for a
 * connection, failed log-ins, a database that cannot be reached and, where TLS is not required, clients without it.
 */
export interface AlarmArgs {
  /** ARN of the SNS topic that is told when an alarm goes off, and when it is over. */
  topicArn: pulumi.Input<string>;
  /**
   * Share of the connections that the proxy may open, in percent, 1 to 99, above which it is close to having none left.
   * @default 80
   */
  connectionsPercent?: number | undefined;
  /**
   * Number of sessions pinned to a database connection above which sharing no longer works, 1 to 10000.
   * @default 10
   */
  pinnedSessions?: number | undefined;
  /**
   * Milliseconds that clients wait for a database connection on average, above which they wait too long: 1 to 300000, and
   * less than `proxy.connectionBorrowTimeout`, after which they wait no longer.
   * @default 500
   */
  borrowLatencyMs?: number | undefined;
  /**
   * Whether to create a dashboard too.
   * @default true
   */
  dashboard?: boolean | undefined;
}

/** {@link AlarmArgs} with defaults filled in and every value checked. */
export interface AlarmSettings {
  topicArn: pulumi.Input<string>;
  connectionsPercent: number;
  pinnedSessions: number;
  borrowLatencyMs: number;
  dashboard: boolean;
}

export function normalizeAlarms(
  check: Validator,
  args: AlarmArgs | undefined,
  { connectionBorrowTimeout }: ProxySettings,
): AlarmSettings | undefined {
  if (args === undefined) return undefined;
  const { topicArn, connectionsPercent = 80, pinnedSessions = 10, borrowLatencyMs = 500, dashboard = true } = args;
  check.matchingIfPlain(
    "alarms.topicArn",
    topicArn,
    /^arn:[a-z-]+:sns:/,
    "alarms need someone to tell: give the ARN of an SNS topic",
  );
  check.wholeNumber("alarms.borrowLatencyMs", borrowLatencyMs, 1, 300_000, "milliseconds");
  if (args.borrowLatencyMs !== undefined && borrowLatencyMs >= connectionBorrowTimeout * 1000) {
    check.refuse(
      "alarms.borrowLatencyMs",
      borrowLatencyMs,
      `clients wait at most ${connectionBorrowTimeout} seconds, so the alarm would never go off: use less than` +
        " proxy.connectionBorrowTimeout",
    );
  }
  const settings = {
    topicArn,
    // More than 100 percent there never are.
    connectionsPercent: check.wholeNumber("alarms.connectionsPercent", connectionsPercent, 1, 99, "percent"),
    pinnedSessions: check.wholeNumber("alarms.pinnedSessions", pinnedSessions, 1, 10_000, "sessions"),
    borrowLatencyMs,
    dashboard,
  };
  return check.noOther("a key of alarms", args, settings);
}

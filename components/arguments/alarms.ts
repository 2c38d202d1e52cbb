import type * as pulumi from "@pulumi/pulumi";
import type { Validator } from "./validator";

/** Alarms on the proxy's metrics, and a dashboard that shows them. */
export interface AlarmArgs {
  /** SNS topic that is told when an alarm goes off, and when it is over. */
  topicArn: pulumi.Input<string>;
  /**
   * Share of the connections that the proxy may open, in percent, 1 to 100, above which it is close to having none left.
   * @default 80
   */
  connectionsPercent?: number | undefined;
  /**
   * Number of sessions pinned to a database connection above which sharing no longer works, 1 to 10000.
   * @default 10
   */
  pinnedSessions?: number | undefined;
  /**
   * Milliseconds that clients wait for a database connection on average, 1 to 300000, above which they wait too long.
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

export function normalizeAlarms(check: Validator, args: AlarmArgs | undefined): AlarmSettings | undefined {
  if (args === undefined) return undefined;
  const { connectionsPercent = 80, pinnedSessions = 10, borrowLatencyMs = 500, dashboard = true } = args;
  if ((args as Partial<AlarmArgs>).topicArn === undefined) {
    check.refuse("alarms.topicArn", undefined, "alarms need someone to tell: give the ARN of an SNS topic");
  }
  return {
    topicArn: args.topicArn,
    connectionsPercent: check.wholeNumber("alarms.connectionsPercent", connectionsPercent, 1, 100, "percent"),
    pinnedSessions: check.wholeNumber("alarms.pinnedSessions", pinnedSessions, 1, 10_000, "sessions"),
    borrowLatencyMs: check.wholeNumber("alarms.borrowLatencyMs", borrowLatencyMs, 1, 300_000, "milliseconds"),
    dashboard,
  };
}

import type * as pulumi from "@pulumi/pulumi";
import type { Fields } from "../base/fields";
import type { ProxySettings } from "./arguments";

/**
 * Alarms on the proxy's metrics, and a dashboard that shows them: few connections left, pinned sessions, long waits for a
 * connection, failed log-ins, a database that cannot be reached and, where TLS is not required, clients without it.
 */
export interface AlarmArgs {
  /** ARN of the SNS topic that gets a message when an alarm goes off, and when it is over. */
  topicArn: pulumi.Input<string>;
  /**
   * The alarm goes off when the proxy has opened more than this share of the connections that it may open, in percent, 1 to 99.
   * @default 80
   */
  connectionsPercent?: number | undefined;
  /**
   * The alarm goes off when more than this number of sessions are pinned to a database connection, 1 to 10000.
   * @default 10
   */
  pinnedSessions?: number | undefined;
  /**
   * The alarm goes off when clients wait longer than this for a database connection on average, in milliseconds: 1 to 300000,
   * and less than `proxy.connectionBorrowTimeout`, since no client waits longer than that.
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
export type AlarmSettings = NonNullable<ReturnType<typeof normalizeAlarms>>;

export function normalizeAlarms(
  args: Fields<{ alarms?: AlarmArgs | undefined }>,
  { connectionBorrowTimeout }: ProxySettings,
) {
  const given = args.optionalObject<AlarmArgs>("alarms");
  if (given === undefined) return undefined;
  const settings = {
    topicArn: given.requiredInput(
      "topicArn",
      /^arn:[a-z-]+:sns:/,
      "alarms need someone to tell: give the ARN of an SNS topic",
    ),
    // The share never exceeds 100 percent.
    connectionsPercent: given.number("connectionsPercent", { min: 1, max: 99, unit: "percent" }, 80),
    pinnedSessions: given.number("pinnedSessions", { min: 1, max: 10_000, unit: "sessions" }, 10),
    borrowLatencyMs: given.number("borrowLatencyMs", { min: 1, max: 300_000, unit: "milliseconds" }, 500),
    dashboard: given.boolean("dashboard", true),
  };
  given.end();
  if (given.value("borrowLatencyMs") !== undefined && settings.borrowLatencyMs >= connectionBorrowTimeout * 1000) {
    const rule = `clients wait at most ${connectionBorrowTimeout} seconds, so the alarm would never go off: use less than proxy.connectionBorrowTimeout`;
    given.refuse("borrowLatencyMs", rule);
  }
  return settings;
}

import type * as pulumi from "@pulumi/pulumi";
import { Fields } from "../base/fields";
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
export type AlarmSettings = NonNullable<ReturnType<typeof normalizeAlarms>>;

export function normalizeAlarms(
  check: Validator,
  args: AlarmArgs | undefined,
  { connectionBorrowTimeout }: ProxySettings,
) {
  if (args === undefined) return undefined;
  const given = new Fields<AlarmArgs>(check, "alarms", args);
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
  if (args.borrowLatencyMs !== undefined && settings.borrowLatencyMs >= connectionBorrowTimeout * 1000) {
    const rule = `clients wait at most ${connectionBorrowTimeout} seconds, so the alarm would never go off: use less than proxy.connectionBorrowTimeout`;
    given.refuse("borrowLatencyMs", rule);
  }
  return settings;
}

import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Fields } from "../base/fields";
import { createRole, monitoringPolicyArn } from "../base/permissions";
import type { Scope } from "../base/scope";
import type { Engine } from "./engines";

/** What is recorded of the database itself. */
export interface ObservabilityArgs {
  /**
   * Logs that RDS sends to CloudWatch: `"error"`, `"general"`, `"slowquery"` and `"audit"`, with Aurora also `"instance"` and
   * `"iam-db-auth-error"`. RDS creates their log groups, which keep the logs for ever.
   * @default none
   */
  logExports?: string[] | undefined;
  /**
   * CloudWatch Database Insights: `"standard"` keeps 7 days of history, `"advanced"` 15 months at a price. Not for instances of
   * the sizes micro and small. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html
   * @default none
   */
  insights?: "standard" | "advanced" | undefined;
  /**
   * Seconds between two measurements of the operating system (Enhanced Monitoring): 1, 5, 10, 15, 30 or 60.
   * @default none
   */
  monitoringInterval?: number | undefined;
}

const intervals = [1, 5, 10, 15, 30, 60];
const smallSizes = /\.(micro|small)$/;

export function checkObservability(given: Fields<ObservabilityArgs>, engine: Engine, instanceClass: string) {
  const logExports = (given.list("logExports", "names of logs") ?? []).map((name) =>
    given.check.oneOf(`one of ${given.name("logExports")}`, name, engine.logs),
  );
  const insights = given.oneOf("insights", ["standard", "advanced"], undefined);
  if (insights !== undefined && smallSizes.test(instanceClass)) {
    given.refuse(
      "insights",
      `Database Insights does not work on ${instanceClass}: use a larger class, or leave it out`,
    );
  }
  const interval = given.value("monitoringInterval");
  if (interval !== undefined && !intervals.includes(interval as number)) {
    given.refuse(
      "monitoringInterval",
      `Enhanced Monitoring measures every ${intervals.join(", ")} seconds: use one of these`,
    );
  }
  return { logExports, insights, monitoringInterval: interval as number | undefined };
}

type ObservabilitySettings = ReturnType<typeof checkObservability>;

/** What RDS is told of logs and insights. */
export function observabilityOf({ logExports, insights }: ObservabilitySettings) {
  return {
    ...(logExports.length > 0 && { enabledCloudwatchLogsExports: logExports }),
    ...(insights !== undefined && {
      performanceInsightsEnabled: true,
      databaseInsightsMode: insights,
      performanceInsightsRetentionPeriod: insights === "advanced" ? 465 : 7,
    }),
  };
}

/** What an instance is told of Enhanced Monitoring, with the role that it needs for it. */
export function monitoringOf(
  scope: Scope,
  { monitoringInterval }: ObservabilitySettings,
): {
  monitoringInterval?: number;
  monitoringRoleArn?: pulumi.Output<string>;
} {
  if (monitoringInterval === undefined) return {};
  const description = `Lets RDS publish the measurements of ${scope.name}`;
  const role = createRole(scope, "monitoring", "monitoring.rds.amazonaws.com", description);
  const policy = scope.create(aws.iam.RolePolicyAttachment, "monitoring", {
    role: role.name,
    policyArn: monitoringPolicyArn(scope),
  });
  // RDS tries the role when it is given, so the policy comes first.
  const monitoringRoleArn = policy.id.apply(() => role.arn);
  return { monitoringInterval, monitoringRoleArn };
}

import * as aws from "@pulumi/aws";
import type { AlarmSettings } from "./arguments/alarms";
import type { Scope } from "./scope";

/** Creates an alarm for each thing that goes wrong with a proxy. */
export function createAlarms(scope: Scope, settings: AlarmSettings, proxy: aws.rds.Proxy): void {
  scope.create(aws.cloudwatch.MetricAlarm, "pinned", {
    namespace: "AWS/RDS",
    metricName: "DatabaseConnectionsCurrentlySessionPinned",
    dimensions: { ProxyName: proxy.name },
    statistic: "Sum",
    period: 60,
    evaluationPeriods: 5,
    comparisonOperator: "GreaterThanThreshold",
    threshold: settings.pinnedSessions,
    treatMissingData: "notBreaching",
    alarmActions: [settings.topicArn],
    okActions: [settings.topicArn],
    tags: scope.tags,
  });
}

import type * as pulumi from "@pulumi/pulumi";
import type { ProxySettings } from "./arguments";

/**
 * What is common to alarms and graphs of what a proxy measures: names, dimensions and the most useful statistics are in
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html
 */
export const namespace = "AWS/RDS";

/** Seconds. RDS Proxy publishes a value each minute; over more of them the sum of a count of connections means nothing. */
export const period = 60;

/** Where connections lead: to the writer, or to the readers of a cluster. */
export type TargetRole = "READ_WRITE" | "READ_ONLY";

export function targetRoles({ readOnlyEndpoint }: ProxySettings): TargetRole[] {
  return readOnlyEndpoint ? ["READ_WRITE", "READ_ONLY"] : ["READ_WRITE"];
}

/** Dimensions of a metric of the whole proxy, or of its connections to databases in one role. */
export function dimensionsOf(proxyName: pulumi.Input<string>, role?: TargetRole): Record<string, pulumi.Input<string>> {
  return { ProxyName: proxyName, ...(role !== undefined && { TargetGroup: "default", TargetRole: role }) };
}

/** Counts are published by each of the machines behind a proxy, so that only their sum is the proxy's. */
export function statisticOf(metricName: string): "Average" | "Sum" {
  return /Latency$|Percentage$/.test(metricName) ? "Average" : "Sum";
}

import type * as pulumi from "@pulumi/pulumi";
import type { ProxySettings } from "./arguments";

/**
 * What alarms and graphs of the proxy's metrics have in common. The metrics, their dimensions and statistics are described in
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html
 */
export const namespace = "AWS/RDS";

/** In seconds. RDS Proxy publishes a value each minute, and the sum of connections over several minutes means nothing. */
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

/** Each machine behind a proxy publishes its own counts, so only their sum is the proxy's. */
export function statisticOf(metricName: string): "Average" | "Sum" {
  return /Latency$|Percentage$/.test(metricName) ? "Average" : "Sum";
}

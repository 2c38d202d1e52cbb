import assert from "node:assert/strict";
import type { Registration } from "../../testing";

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html, by the dimensions they come with. */
const documented = {
  ofTargets: ["AvailabilityPercentage"],
  ofClients: [
    "ClientConnections",
    "ClientConnectionsClosed",
    "ClientConnectionsNoTLS",
    "ClientConnectionsReceived",
    "ClientConnectionsSetupFailedAuth",
    "ClientConnectionsSetupSucceeded",
    "ClientConnectionsTLS",
    "DatabaseConnectionsBorrowLatency",
    "QueryRequests",
    "QueryRequestsNoTLS",
    "QueryRequestsTLS",
    "QueryResponseLatency",
  ],
  ofBoth: [
    "DatabaseConnectionRequests",
    "DatabaseConnectionRequestsWithTLS",
    "DatabaseConnections",
    "DatabaseConnectionsCurrentlyBorrowed",
    "DatabaseConnectionsCurrentlyInTransaction",
    "DatabaseConnectionsCurrentlySessionPinned",
    "DatabaseConnectionsSetupFailed",
    "DatabaseConnectionsSetupSucceeded",
    "DatabaseConnectionsWithTLS",
    "MaxDatabaseConnectionsAllowed",
    "QueryDatabaseResponseLatency",
  ],
};
const averages = /Latency$|^AvailabilityPercentage$/;

/** A metric that an alarm or a graph uses. */
export interface Used {
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
  stat: string;
}

/** Fails unless it is a metric of that proxy, in one of the sets of dimensions it comes with, and with its useful statistic. */
export function assertDocumented({ namespace, metricName, dimensions, stat }: Used, proxyName: string): void {
  const allowed: Record<string, string[]> = {
    ProxyName: [...documented.ofClients, ...documented.ofBoth],
    "ProxyName,TargetGroup,TargetRole": [...documented.ofTargets, ...documented.ofBoth],
  };
  const names = Object.keys(dimensions).join();
  assert.ok(allowed[names]?.includes(metricName), `${metricName} with ${names}`);
  assert.deepEqual([namespace, dimensions.ProxyName], ["AWS/RDS", proxyName], metricName);
  assert.equal(stat, averages.test(metricName) ? "Average" : "Sum", metricName);
}

/** The metrics of an alarm, whether it has one or an expression of several. */
export function metricsOf({ inputs }: Registration): Used[] {
  const queries = (inputs.metricQueries ?? [{ metric: { ...inputs, stat: inputs.statistic } }]) as { metric?: Used }[];
  return queries.flatMap(({ metric }) => metric ?? []);
}

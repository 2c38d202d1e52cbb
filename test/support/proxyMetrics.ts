import assert from "node:assert/strict";
import type { Registration } from "../../testing";

/** RDS Proxy's metrics, by their dimensions: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html */
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

/** Fails unless AWS documents this metric with these dimensions, and unless it has the statistic that makes sense for it. */
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

/** The metrics of an alarm: a single one, or all those in an expression. */
export function metricsOf({ inputs }: Registration): Used[] {
  const queries = (inputs.metricQueries ?? [{ metric: { ...inputs, stat: inputs.statistic } }]) as { metric?: Used }[];
  return queries.flatMap(({ metric }) => metric ?? []);
}

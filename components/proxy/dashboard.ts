import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { ProxySettings } from "./arguments";
import { dimensionsOf, namespace, period, statisticOf, type TargetRole, targetRoles } from "./metrics";

/** A graph of a few metrics that belong together. */
interface Graph {
  title: string;
  /** The metrics, by their labels in the graph. */
  lines: Record<string, string>;
  role?: TargetRole;
}

/** The graphs follow a client from top to bottom: connecting, waiting for a database connection, and its statement. */
function graphsOf(settings: ProxySettings): Graph[] {
  const roles = targetRoles(settings);
  return [
    {
      title: "Clients",
      lines: {
        connected: "ClientConnections",
        "of these without TLS": "ClientConnectionsNoTLS",
        "new in this minute": "ClientConnectionsSetupSucceeded",
      },
    },
    ...roles.map((role) => ({
      title: roles.length === 1 ? "Database connections" : `Database connections, ${role}`,
      role,
      lines: {
        allowed: "MaxDatabaseConnectionsAllowed",
        open: "DatabaseConnections",
        borrowed: "DatabaseConnectionsCurrentlyBorrowed",
        "in a transaction": "DatabaseConnectionsCurrentlyInTransaction",
        pinned: "DatabaseConnectionsCurrentlySessionPinned",
      },
    })),
    {
      title: "Average times in microseconds",
      lines: {
        "waiting for a database connection": "DatabaseConnectionsBorrowLatency",
        "statement, in the database": "QueryDatabaseResponseLatency",
        "statement, with the proxy": "QueryResponseLatency",
      },
    },
    {
      title: "Failures in this minute",
      lines: {
        "client could not log in": "ClientConnectionsSetupFailedAuth",
        "database connection could not be opened": "DatabaseConnectionsSetupFailed",
      },
    },
    ...roles.map((role) => ({
      title: roles.length === 1 ? "Availability in percent" : `Availability in percent, ${role}`,
      role,
      lines: { available: "AvailabilityPercentage" },
    })),
  ];
}

const columns = 2;
/** In the units of a dashboard, which is 24 of them wide. */
const width = 24 / columns;
const height = 6;

/**
 * Creates a dashboard with the state of the alarms and the metrics behind them. It has the proxy's name.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function createDashboard(
  scope: Scope,
  settings: ProxySettings,
  proxyName: pulumi.Output<string>,
  alarms: aws.cloudwatch.MetricAlarm[],
): void {
  const { region } = aws.getRegionOutput({}, scope.lookup);
  const contents = [
    { type: "alarm", properties: { title: `Proxy of ${scope.name}`, alarms: alarms.map(({ arn }) => arn) } },
    ...graphsOf(settings).map((graph) => metricWidget(graph, proxyName, region)),
  ];
  scope.create(aws.cloudwatch.Dashboard, "proxy", {
    dashboardName: proxyName,
    dashboardBody: pulumi.jsonStringify({
      // Graphs keep their period even for many days: the sum over two minutes would be twice the connections.
      periodOverride: "inherit",
      widgets: contents.map((content, index) => ({
        x: (index % columns) * width,
        y: Math.floor(index / columns) * height,
        width,
        height,
        ...content,
      })),
    }),
  });
}

function metricWidget({ title, lines, role }: Graph, proxyName: pulumi.Output<string>, region: pulumi.Output<string>) {
  const dimensions = Object.entries(dimensionsOf(proxyName, role)).flat();
  return {
    type: "metric",
    properties: {
      title,
      region,
      period,
      view: "timeSeries",
      yAxis: { left: { min: 0 } },
      metrics: Object.entries(lines).map(([label, metricName]) => [
        namespace,
        metricName,
        ...dimensions,
        { label, stat: statisticOf(metricName) },
      ]),
    },
  };
}

import assert from "node:assert/strict";
import { ProxiedDatabase, type ProxiedDatabaseArgs } from "../../../components";
import { type Graph, graphOf } from "../../../testing";
import { assertDocumented, type Used } from "../../support/proxyMetrics";

const topicArn = "arn:aws:sns:ap-northeast-1:123456789012:alerts";
const proxyName = "sample-proxy-0a1b2c3d";
const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
const dashboardType = "aws:cloudwatch/dashboard:Dashboard";

const graphWith = (args: ProxiedDatabaseArgs = {}) =>
  graphOf(() => {
    new ProxiedDatabase("sample", { alarms: { topicArn }, ...args });
    return {};
  });

/** The metrics in the graphs of a dashboard. */
function graphedMetrics(graph: Graph): Used[] {
  return widgets(graph).flatMap(({ properties: { metrics = [] } }) =>
    metrics.map(([namespace, metricName, ...rest]: any[]) => ({
      namespace,
      metricName,
      stat: rest.pop().stat,
      dimensions: Object.fromEntries(rest.flatMap((_, index) => (index % 2 ? [] : [rest.slice(index, index + 2)]))),
    })),
  );
}

function widgets(graph: Graph): any[] {
  return JSON.parse(graph.one(dashboardType).inputs.dashboardBody).widgets;
}

describe("the dashboard", () => {
  let standard: Graph;
  before(async () => {
    standard = await graphWith();
  });

  it("can be left out", async () => {
    const graph = await graphWith({ alarms: { topicArn, dashboard: false } });
    assert.deepEqual(graph.all(dashboardType), []);
    assert.equal(graph.all(type).length, 6);
  });

  it("has the same name as the proxy, whose name is unique", () => {
    assert.equal(standard.one(dashboardType).inputs.dashboardName, proxyName);
  });

  it("begins with the state of every alarm", () => {
    const [first] = widgets(standard);
    const arns = standard.all(type).map(({ name }) => `arn:aws:test:ap-northeast-1:123456789012:MetricAlarm/${name}`);
    assert.equal(first.type, "alarm");
    assert.deepEqual(new Set(first.properties.alarms), new Set(arns));
  });

  it("graphs the proxy's metrics in the stack's region, minute by minute", () => {
    const graphs = widgets(standard).filter((widget) => widget.type === "metric");
    assert.deepEqual(
      graphs.map(({ properties }) => properties.title),
      [
        "Clients",
        "Database connections",
        "Average times in microseconds",
        "Failures in this minute",
        "Availability in percent",
      ],
    );
    for (const { properties } of graphs) {
      assert.deepEqual([properties.region, properties.period], ["ap-northeast-1", 60], properties.title);
    }
    assert.equal(JSON.parse(standard.one(dashboardType).inputs.dashboardBody).periodOverride, "inherit");
  });

  it("shows the connections in use beside the connections that are allowed", () => {
    const graph = widgets(standard).find(({ properties }) => properties.title === "Database connections");
    assert.deepEqual(
      graph.properties.metrics.map(([, metricName]: string[]) => metricName),
      [
        "MaxDatabaseConnectionsAllowed",
        "DatabaseConnections",
        "DatabaseConnectionsCurrentlyBorrowed",
        "DatabaseConnectionsCurrentlyInTransaction",
        "DatabaseConnectionsCurrentlySessionPinned",
      ],
    );
  });

  it("uses only metrics that RDS Proxy documents, also for readers", async () => {
    const graph = await graphWith({
      database: { engine: "aurora-mysql", readers: 1 },
      proxy: { readOnlyEndpoint: true },
    });
    const used = graphedMetrics(graph);
    assert.equal(used.length, 20);
    for (const metric of used) assertDocumented(metric, proxyName);
  });

  it("has no widgets that overlap, and none beyond its edge", () => {
    const taken = new Set<string>();
    for (const { x, y, width } of widgets(standard) as Record<"x" | "y" | "width", number>[]) {
      assert.ok(x + width <= 24 && !taken.has(`${x},${y}`), `${x},${y}`);
      taken.add(`${x},${y}`);
    }
  });
});

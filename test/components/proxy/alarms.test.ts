import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { override, ProxiedDatabase, type ProxiedDatabaseArgs } from "../../../components";
import { type Graph, graphOf } from "../../../testing";
import { assertDocumented, metricsOf } from "../../support/proxyMetrics";

const topicArn = "arn:aws:sns:ap-northeast-1:123456789012:alerts";
const proxyName = "sample-proxy-0a1b2c3d";
const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
const dashboardType = "aws:cloudwatch/dashboard:Dashboard";

const ofRole = (role: string) => ({ ProxyName: proxyName, TargetGroup: "default", TargetRole: role });

const graphWith = (args: ProxiedDatabaseArgs = {}, preview = false) =>
  graphOf(
    () => {
      new ProxiedDatabase("sample", { defaultUser: "admin", alarms: { topicArn }, ...args });
      return {};
    },
    { preview },
  );

const withReaders: ProxiedDatabaseArgs = {
  database: { engine: "aurora-mysql", readers: 1 },
  proxy: { readOnlyEndpoint: true },
};

describe("alarms", () => {
  let standard: Graph;
  before(async () => {
    standard = await graphWith();
  });
  const alarm = (key: string, graph = standard) => graph.one(type, `sample-${key}`).inputs;

  it("exist only when there is a topic for them, and so does the dashboard", async () => {
    const graph = await graphWith({ alarms: undefined });
    assert.deepEqual([...graph.all(type), ...graph.all(dashboardType)], []);
  });

  it("tell the topic when they go off and when the trouble is over, and stay quiet while there is no data", () => {
    assert.equal(standard.all(type).length, 6);
    for (const { inputs, name } of standard.all(type)) {
      assert.deepEqual([inputs.alarmActions, inputs.okActions], [[topicArn], [topicArn]], name);
      assert.equal(inputs.treatMissingData, "notBreaching", name);
      assert.equal(inputs.name, undefined, `${name} is named by Pulumi, so that it can be replaced`);
    }
  });

  it("say in plain English what is wrong and what to do first", () => {
    for (const { inputs, name } of standard.all(type)) {
      // At least two sentences, and no more characters than CloudWatch accepts.
      assert.match(inputs.alarmDescription, /^(The proxy|Clients?|More than) .+[.] [A-Z].+$/, name);
      assert.ok(inputs.alarmDescription.length <= 1024, name);
    }
    assert.match(
      alarm("unavailable").alarmDescription,
      /describe-db-proxy-targets --db-proxy-name sample-proxy-0a1b2c3d$/,
    );
  });

  it("go off at 80 percent of the connections that the proxy may open, unless the program gives another limit", async () => {
    const { metricQueries, threshold, comparisonOperator, metricName } = alarm("connections");
    assert.deepEqual([threshold, comparisonOperator, metricName], [80, "GreaterThanThreshold", undefined]);
    const [used, allowed, share] = metricQueries;
    assert.deepEqual(
      [used.metric.metricName, used.metric.stat, allowed.metric.metricName, allowed.metric.stat],
      ["DatabaseConnections", "Sum", "MaxDatabaseConnectionsAllowed", "Sum"],
    );
    assert.equal(share.expression, `100 * ${used.id} / ${allowed.id}`);
    assert.deepEqual(
      metricQueries.map(({ returnData }: { returnData: boolean }) => returnData),
      [false, false, true],
    );
    const given = await graphWith({ alarms: { topicArn, connectionsPercent: 50 } });
    assert.equal(alarm("connections", given).threshold, 50);
  });

  for (const [key, metricName, standardThreshold, threshold, statistic] of [
    ["pinned", "DatabaseConnectionsCurrentlySessionPinned", 10, 3, "Sum"],
    // RDS Proxy's latencies are in microseconds, and the argument is in milliseconds.
    ["slow-to-connect", "DatabaseConnectionsBorrowLatency", 500_000, 20_000, "Average"],
    ["login-failed", "ClientConnectionsSetupFailedAuth", 0, 0, "Sum"],
    ["database-connection-failed", "DatabaseConnectionsSetupFailed", 0, 0, "Sum"],
  ] as const) {
    it(`go off when the ${statistic === "Sum" ? "sum" : "average"} of ${metricName} is above its limit for a while`, async () => {
      const { inputs } = standard.one(type, `sample-${key}`);
      assert.deepEqual([inputs.metricName, inputs.statistic, inputs.period], [metricName, statistic, 60]);
      assert.deepEqual([inputs.threshold, inputs.comparisonOperator], [standardThreshold, "GreaterThanThreshold"]);
      assert.deepEqual([inputs.datapointsToAlarm, inputs.evaluationPeriods], [3, 5]);
      const given = await graphWith({ alarms: { topicArn, pinnedSessions: 3, borrowLatencyMs: 20 } });
      assert.equal(alarm(key, given).threshold, threshold);
    });
  }

  it("go off when the database is not available all the time", () => {
    const { metricName, statistic, threshold, comparisonOperator, dimensions } = alarm("unavailable");
    assert.deepEqual([metricName, statistic], ["AvailabilityPercentage", "Average"]);
    assert.deepEqual([threshold, comparisonOperator], [100, "LessThanThreshold"]);
    assert.deepEqual(dimensions, ofRole("READ_WRITE"));
  });

  it("go off at the first client without TLS, but exist only where such clients can connect", async () => {
    assert.ok(!standard.all(type).some((found) => metricsOf(found)[0]?.metricName === "ClientConnectionsNoTLS"));
    const graph = await graphWith({ proxy: { requireTls: false } });
    const { metricName, threshold, datapointsToAlarm } = alarm("without-tls", graph);
    assert.deepEqual([metricName, threshold, datapointsToAlarm], ["ClientConnectionsNoTLS", 0, 1]);
  });

  it("watch the readers apart from the writer where clients can reach them", async () => {
    const graph = await graphWith(withReaders);
    const roles = (key: string) => metricsOf(graph.one(type, `sample-${key}`)).map(({ dimensions }) => dimensions);
    assert.deepEqual(roles("connections"), [ofRole("READ_WRITE"), ofRole("READ_WRITE")]);
    assert.deepEqual(roles("connections-read-only"), [ofRole("READ_ONLY"), ofRole("READ_ONLY")]);
    assert.deepEqual(roles("unavailable-read-only"), [ofRole("READ_ONLY")]);
  });

  it("use only metrics that RDS Proxy documents", async () => {
    const graph = await graphWith({ ...withReaders, proxy: { readOnlyEndpoint: true, requireTls: false } });
    const used = graph.all(type).flatMap(metricsOf);
    assert.equal(used.length, 11);
    for (const metric of used) assertDocumented(metric, proxyName);
  });

  it("do not wait for the target, which takes minutes", () => {
    const [target] = standard.all("aws:rds/proxyTarget:ProxyTarget");
    assert.ok(target);
    for (const found of [...standard.all(type), ...standard.all(dashboardType)]) {
      assert.ok(!standard.waitsFor(found, target), found.name);
    }
  });

  it("carry the database's tags and can be changed like every other resource", async () => {
    const silent = override(aws.cloudwatch.MetricAlarm, (args, name) =>
      name === "sample-pinned" ? { ...args, actionsEnabled: false } : args,
    );
    const graph = await graphWith({ tags: { Team: "orders" }, overrides: [silent] });
    for (const { inputs, name } of graph.all(type)) assert.deepEqual(inputs.tags, { Team: "orders" }, name);
    assert.deepEqual(
      graph.all(type).flatMap(({ inputs, name }) => (inputs.actionsEnabled === false ? [name] : [])),
      ["sample-pinned"],
    );
  });

  it("are the same in a preview, where the proxy has no name yet", async () => {
    const names = (graph: Graph) => [...graph.all(type), ...graph.all(dashboardType)].map(({ name }) => name).sort();
    assert.deepEqual(names(await graphWith({}, true)), names(standard));
  });
});

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { AlarmSettings } from "./alarmArguments";
import type { ProxySettings } from "./arguments";
import { createDashboard } from "./dashboard";
import { dimensionsOf, namespace, period, statisticOf, type TargetRole, targetRoles } from "./metrics";

/** Something that goes wrong, and the metric that shows it. */
interface Symptom {
  /** Last part of the alarm's name. */
  key: string;
  metricName: string;
  /** The metric of which the first one is a share, in percent. */
  shareOf?: string;
  /** For metrics that exist, or mean something, only for each role. */
  role?: TargetRole;
  /** The alarm goes off when the metric is above this ... */
  above?: number;
  /** ... or below this ... */
  below?: number;
  /**
   * ... in this many of five minutes. With the default of 3, neither a failover nor a single mistyped password sets it off.
   */
  minutes?: number;
  /** What the alarm means, and what to do first. */
  meaning: pulumi.Input<string>;
}

/** Creates an alarm for each thing that goes wrong with a proxy, and the dashboard to look at when one goes off. */
export function createAlarms(
  scope: Scope,
  settings: AlarmSettings,
  proxySettings: ProxySettings,
  proxy: aws.rds.Proxy,
): void {
  const symptoms = [
    ...symptomsOfProxy(settings, proxySettings, proxy.name),
    ...targetRoles(proxySettings).flatMap((role) => symptomsOfTarget(settings, role, proxy.name)),
  ];
  const alarms = symptoms.map((symptom) => createAlarm(scope, symptom, settings.topicArn, proxy.name));
  if (settings.dashboard) createDashboard(scope, proxySettings, proxy.name, alarms);
}

function symptomsOfProxy(
  { pinnedSessions, borrowLatencyMs }: AlarmSettings,
  { connectionBorrowTimeout, requireTls }: ProxySettings,
  proxyName: pulumi.Output<string>,
): Symptom[] {
  const symptoms: Symptom[] = [
    {
      key: "pinned",
      metricName: "DatabaseConnectionsCurrentlySessionPinned",
      above: pinnedSessions,
      meaning: pulumi.interpolate`More than ${pinnedSessions} sessions have a database connection to themselves, which nobody else can use until they end. The reasons are in the log group /aws/rds/proxy/${proxyName}; prepared statements and session variables are the usual ones.`,
    },
    {
      key: "slow-to-connect",
      metricName: "DatabaseConnectionsBorrowLatency",
      // The metric is in microseconds.
      above: borrowLatencyMs * 1000,
      meaning: `Clients wait more than ${borrowLatencyMs} milliseconds on average for a database connection; after ${connectionBorrowTimeout} seconds they get error 9501. Look on the dashboard for pinned sessions and for transactions that take long.`,
    },
    {
      key: "login-failed",
      metricName: "ClientConnectionsSetupFailedAuth",
      above: 0,
      meaning:
        "Clients cannot log in to the proxy. Compare their user and password with the secret; with IAM authentication, see whether their role is allowed rds-db:connect as that user. Clients without TLS are counted here too where it is required.",
    },
    {
      key: "database-connection-failed",
      metricName: "DatabaseConnectionsSetupFailed",
      above: 0,
      meaning: pulumi.interpolate`The proxy cannot open connections to the database. ${askWhy(proxyName)}`,
    },
  ];
  if (!requireTls) {
    symptoms.push({
      key: "without-tls",
      metricName: "ClientConnectionsNoTLS",
      above: 0,
      minutes: 1,
      meaning:
        "A client is connected without TLS, so that others on the network may read along. Switch TLS on in that client, and then proxy.requireTls, which refuses the next one.",
    });
  }
  return symptoms;
}

/** What differs between the writer and the readers. In one sum, free readers would hide a writer that has no connection left. */
function symptomsOfTarget(
  { connectionsPercent }: AlarmSettings,
  role: TargetRole,
  proxyName: pulumi.Output<string>,
): Symptom[] {
  const [suffix, target] = role === "READ_ONLY" ? ["-read-only", "the readers"] : ["", "the database"];
  return [
    {
      key: `connections${suffix}`,
      metricName: "DatabaseConnections",
      shareOf: "MaxDatabaseConnectionsAllowed",
      role,
      above: connectionsPercent,
      meaning: `More than ${connectionsPercent} percent of the connections that the proxy may open to ${target} are open; when none is left, clients wait. Look for pinned sessions and for transactions that take long; then raise proxy.maxConnectionsPercent or take a larger instance class.`,
    },
    {
      key: `unavailable${suffix}`,
      metricName: "AvailabilityPercentage",
      role,
      below: 100,
      meaning: pulumi.interpolate`The proxy cannot reach ${target} all the time. ${askWhy(proxyName)}`,
    },
  ];
}

function askWhy(proxyName: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.interpolate`TargetHealth in the answer of this command has the reason: aws rds describe-db-proxy-targets --db-proxy-name ${proxyName}`;
}

function createAlarm(
  scope: Scope,
  { key, metricName, shareOf, role, above, below, minutes = 3, meaning }: Symptom,
  topicArn: pulumi.Input<string>,
  proxyName: pulumi.Output<string>,
): aws.cloudwatch.MetricAlarm {
  const metric = { namespace, dimensions: dimensionsOf(proxyName, role), period };
  const query = (id: string, name: string) => ({
    id,
    metric: { ...metric, metricName: name, stat: statisticOf(name) },
    returnData: false,
  });
  return scope.create(aws.cloudwatch.MetricAlarm, key, {
    alarmDescription: meaning,
    ...(shareOf === undefined
      ? { ...metric, metricName, statistic: statisticOf(metricName) }
      : {
          metricQueries: [
            query("part", metricName),
            query("whole", shareOf),
            { id: "share", expression: "100 * part / whole", label: `${metricName} in percent`, returnData: true },
          ],
        }),
    comparisonOperator: below === undefined ? "GreaterThanThreshold" : "LessThanThreshold",
    threshold: below ?? above,
    evaluationPeriods: 5,
    datapointsToAlarm: minutes,
    // Some metrics do not exist before the first connection, or while nobody connects.
    treatMissingData: "notBreaching",
    alarmActions: [topicArn],
    okActions: [topicArn],
    tags: scope.tags,
  });
}

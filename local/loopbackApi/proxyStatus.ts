import type { Rds } from "../account/rds";
import type { TargetHealth } from "../rdsProxy";

/** A target, with the field names of DescribeDBProxyTargets. */
interface DbProxyTarget {
  Endpoint: string;
  Port: number;
  RdsResourceId: string;
  Type: "RDS_INSTANCE" | "TRACKED_CLUSTER";
  TargetHealth: { State: TargetHealth["state"]; Reason?: TargetHealth["reason"]; Description?: string };
}

/** The state of one proxy at this moment. */
export interface DbProxyStatus {
  DBProxyName: string;
  /** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBProxyTargets.html */
  Targets: DbProxyTarget[];
  /** Values by the metric's name in CloudWatch. `Metrics` of the proxy describes each of them. */
  Metrics: Record<string, number>;
}

/** Returns all proxies of the account, each with its targets and metrics. */
export function statusOfProxies(rds: Rds): { DBProxies: DbProxyStatus[] } {
  const proxies = [...rds.proxies].map(([name, { proxy }]) => ({
    DBProxyName: name,
    Targets: proxy.targetHealth().flatMap((health) => targetOf(rds, health)),
    Metrics: proxy.metrics(),
  }));
  return { DBProxies: proxies };
}

/** The proxy knows only the resource ids of its targets, so the rest comes from the account. */
export function targetOf(rds: Rds, { id, state, reason, description }: TargetHealth): DbProxyTarget[] {
  const found = [...rds.databases].find(([, { resourceId }]) => resourceId === id);
  if (found === undefined) return [];
  const [identifier, { hostNames, port }] = found;
  return [
    {
      Endpoint: hostNames[0],
      Port: port,
      RdsResourceId: identifier,
      Type: rds.clusters.has(identifier) ? "TRACKED_CLUSTER" : "RDS_INSTANCE",
      TargetHealth: {
        State: state,
        ...(reason && { Reason: reason }),
        ...(description && { Description: description }),
      },
    },
  ];
}

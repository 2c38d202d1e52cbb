import type * as pulumi from "@pulumi/pulumi";
import type { ProxiedDatabaseSettings } from "../arguments";
import type { Scope } from "../base/scope";
import type { Network } from "./network";
import { allowAllOutbound, allowInbound, createGroup } from "./securityGroups";

/** The security groups on the way from the proxy to the database. */
export interface DatabaseGroups {
  proxy: pulumi.Output<string>;
  database: pulumi.Input<string>;
  /** The rules on that way. */
  rules: pulumi.Resource[];
}

/** Creates a group each, since with one for both the database would have to let in itself; and the way between them. */
export function createGroups(
  scope: Scope,
  network: Network,
  { database, proxy: { targetNetworkType } }: ProxiedDatabaseSettings,
): DatabaseGroups {
  const proxy = createGroup(scope, "proxy", network.vpcId, `RDS Proxy of ${scope.name}: reached from its clients`).id;
  const rules: pulumi.Resource[] = allowAllOutbound(scope, "proxy-to-anywhere", proxy, {
    ipv6: targetNetworkType === "IPV6",
  });
  const letIn = (group: pulumi.Input<string>) =>
    allowInbound(scope, "proxy-to-database", {
      from: { securityGroupId: proxy },
      to: group,
      port: database.port,
      description: "MySQL from RDS Proxy",
    });
  if (database.kind === "existing") {
    const group = database.existing.securityGroupId;
    return { proxy, database: group, rules: [...rules, letIn(group)] };
  }
  const group = createGroup(scope, "database", network.vpcId, `Database of ${scope.name}: reached from its proxy`).id;
  rules.push(letIn(group), ...allowAllOutbound(scope, "database-to-anywhere", group));
  return { proxy, database: group, rules };
}

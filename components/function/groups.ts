import type * as pulumi from "@pulumi/pulumi";
import { authOf, type ProxyAttributes } from "../access/attributes";
import type { Scope } from "../base/scope";
import { allowAllOutbound, allowOutbound, createGroup, httpsPort, mysqlPort } from "../network/securityGroups";
import type { ProxyClientFunctionSettings } from "./arguments";

/** The given groups, or a new one that lets nothing in. */
export function createFunctionGroups(
  scope: Scope,
  { database, securityGroupIds, egress, user }: ProxyClientFunctionSettings,
  rolePolicy: pulumi.Resource,
): { ids: pulumi.Input<string>[]; egress: pulumi.Resource[] } {
  if (securityGroupIds !== undefined) return { ids: securityGroupIds, egress: [] };
  const { vpcId, ipv6 } = database.attributes;
  const group = createGroup(scope, "function", vpcId, `Lambda function ${scope.name}: lets nothing in`, {
    // Lambda uses the function's role to remove the network interfaces of a deleted function, within 45 minutes. Until then
    // they hold this group. So the group is deleted before the policy of the role, and has time to wait for them.
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    dependsOn: rolePolicy,
    customTimeouts: { delete: "45m" },
  });
  const rules =
    egress === "all"
      ? allowAllOutbound(scope, "function-to-anywhere", group.id, { ipv6 })
      : allowNeeded(scope, group.id, database.attributes, user);
  return { ids: [group.id], egress: rules };
}

/** Lets a function out to the proxy, and to Secrets Manager if it reads its secret there. */
function allowNeeded(
  scope: Scope,
  from: pulumi.Input<string>,
  attributes: ProxyAttributes,
  user = attributes.defaultUser,
): pulumi.Resource[] {
  const proxy = { securityGroupId: attributes.proxySecurityGroupId };
  const rules = [
    allowOutbound(scope, "function-out-to-proxy", {
      from,
      to: proxy,
      port: mysqlPort,
      description: "MySQL to RDS Proxy",
    }),
  ];
  if (authOf(attributes, user) !== "password") return rules;
  const endpoint = attributes.secretsManagerSecurityGroupId;
  const to = endpoint === undefined ? { cidrIpv4: "0.0.0.0/0" } : { securityGroupId: endpoint };
  const description = "HTTPS to Secrets Manager";
  return [...rules, allowOutbound(scope, "function-out-to-secretsmanager", { from, to, port: httpsPort, description })];
}

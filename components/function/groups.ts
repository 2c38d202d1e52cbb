import type * as pulumi from "@pulumi/pulumi";
import { authOf, type ProxyAttributes } from "../access/attributes";
import type { Scope } from "../base/scope";
import { allowAllOutbound, allowOutbound, createGroup, httpsPort, mysqlPort } from "../network/securityGroups";
import type { LambdaSettings } from "./arguments";

/** The given groups, or a new one that lets nothing in. */
export function createFunctionGroups(
  scope: Scope,
  { database, securityGroupIds, egress }: Pick<LambdaSettings, "database" | "egress" | "securityGroupIds">,
  needs: Needs,
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
      : allowNeeded(scope, group.id, database.attributes, needs);
  return { ids: [group.id], egress: rules };
}

/** What a function has to reach. */
export interface Needs {
  /** What it connects to. */
  key: string;
  to: pulumi.Input<string>;
  port: pulumi.Input<number>;
  /** Plain English, as it stands in the AWS console. */
  description: string;
  /** Whether it reads a secret. */
  secret: boolean;
}

/** What a client of the proxy has to reach, as this user. */
export function needsOfClient(attributes: ProxyAttributes, user = attributes.defaultUser): Needs {
  return {
    key: "proxy",
    to: attributes.proxySecurityGroupId,
    port: mysqlPort,
    description: "MySQL to RDS Proxy",
    secret: authOf(attributes, user) === "password",
  };
}

/** Lets a function out to what it connects to, and to Secrets Manager if it reads its secret there. */
function allowNeeded(
  scope: Scope,
  from: pulumi.Input<string>,
  attributes: ProxyAttributes,
  { key, to: securityGroupId, port, description, secret }: Needs,
): pulumi.Resource[] {
  const rules = [allowOutbound(scope, `function-out-to-${key}`, { from, to: { securityGroupId }, port, description })];
  if (!secret) return rules;
  const endpoint = attributes.secretsManagerSecurityGroupId;
  const to = endpoint === undefined ? { cidrIpv4: "0.0.0.0/0" } : { securityGroupId: endpoint };
  const https = { from, to, port: httpsPort, description: "HTTPS to Secrets Manager" };
  return [...rules, allowOutbound(scope, "function-out-to-secretsmanager", https)];
}

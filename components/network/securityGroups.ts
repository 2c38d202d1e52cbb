import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { Egress } from "./egress";

/** MySQL's port, and the only one on which RDS Proxy listens for MySQL. */
export const mysqlPort = 3306;
export const httpsPort = 443;

/**
 * Creates a security group without rules. AWS lets the members of a new group send anything anywhere, and the provider removes
 * that rule. So every rule in force is one that the program names.
 */
export function createGroup(
  scope: Scope,
  key: string,
  vpcId: pulumi.Input<string>,
  description: string,
  opts: pulumi.CustomResourceOptions = {},
): aws.ec2.SecurityGroup {
  return scope.create(aws.ec2.SecurityGroup, key, { vpcId, description, tags: scope.tags }, opts);
}

/** Lets the members of a group send anything anywhere, by IPv6 only where they have it. */
export function allowAllOutbound(
  scope: Scope,
  key: string,
  securityGroupId: pulumi.Input<string>,
  { ipv6 = false } = {},
): aws.vpc.SecurityGroupEgressRule[] {
  const create = (name: string, to: { cidrIpv4: string } | { cidrIpv6: string }) =>
    scope.create(aws.vpc.SecurityGroupEgressRule, name, {
      securityGroupId,
      ipProtocol: "-1",
      ...to,
      description: "All outbound traffic",
      tags: scope.tags,
    });
  const rules = [create(key, { cidrIpv4: "0.0.0.0/0" })];
  if (ipv6) rules.push(create(`${key}-ipv6`, { cidrIpv6: "::/0" }));
  return rules;
}

/** Where packets come from: the members of a security group, or a range of addresses. */
export type Source = SourceGroup | SourceIpv4 | SourceIpv6;

/** The members of a security group. */
export interface SourceGroup {
  /** Id of the group. */
  securityGroupId: pulumi.Input<string>;
}

/** A range of IPv4 addresses. */
export interface SourceIpv4 {
  /** Such as `10.1.0.0/16`. */
  cidrIpv4: string;
}

/** A range of IPv6 addresses. */
export interface SourceIpv6 {
  /** Such as `2001:db8::/32`. */
  cidrIpv6: string;
}

/** One edge of the network: tcp to one port of a group's members. */
export interface Edge {
  from: Source;
  to: pulumi.Input<string>;
  port: pulumi.Input<number>;
  /** Plain English, as it stands in the AWS console. */
  description: string;
}

/** Lets one edge in. */
export function allowInbound(scope: Scope, key: string, edge: Edge): aws.vpc.SecurityGroupIngressRule {
  return scope.create(aws.vpc.SecurityGroupIngressRule, key, {
    securityGroupId: edge.to,
    ...otherEnd(edge.from),
    ...tcp(scope, edge),
  });
}

/** One edge of the network, as its sender sees it: tcp from a group's members to one port. */
export interface OutboundEdge {
  from: pulumi.Input<string>;
  to: Source;
  port: pulumi.Input<number>;
  /** Plain English, as it stands in the AWS console. */
  description: string;
}

/** Lets one edge out. */
export function allowOutbound(scope: Scope, key: string, edge: OutboundEdge): aws.vpc.SecurityGroupEgressRule {
  return scope.create(aws.vpc.SecurityGroupEgressRule, key, {
    securityGroupId: edge.from,
    ...otherEnd(edge.to),
    ...tcp(scope, edge),
  });
}

/** The end of an edge that is not the rule's own group. */
function otherEnd(end: Source) {
  return "securityGroupId" in end ? { referencedSecurityGroupId: end.securityGroupId } : end;
}

/** What both directions are told alike. */
function tcp(scope: Scope, { port, description }: Pick<Edge, "port" | "description">) {
  return { ipProtocol: "tcp", fromPort: port, toPort: port, description, tags: scope.tags };
}

/** The security groups on the way from the proxy to the database. */
export interface DatabaseGroups {
  proxy: pulumi.Output<string>;
  database: pulumi.Input<string>;
  /** The groups that were created here. */
  created: { proxy: aws.ec2.SecurityGroup; database: aws.ec2.SecurityGroup | undefined };
  /** The rules on that way. */
  rules: pulumi.Resource[];
}

/** What the way from the proxy to the database depends on. */
export interface DatabaseWay {
  vpcId: pulumi.Input<string>;
  /** The database's port. */
  port: number;
  /** A group that the database has already. */
  existingGroupId: pulumi.Input<string> | undefined;
  /** Whether the proxy reaches the database by IPv6. */
  ipv6: boolean;
  egress: Egress;
}

/**
 * Creates a group for the proxy and another one for the database, and the way between them. With one group for both, nothing
 * gets in unless the group lets in itself.
 */
export function createDatabaseGroups(scope: Scope, way: DatabaseWay): DatabaseGroups {
  const { vpcId, port, existingGroupId, ipv6, egress } = way;
  const proxyGroup = createGroup(scope, "proxy", vpcId, `RDS Proxy of ${scope.name}: reached from its clients`);
  const proxy = proxyGroup.id;
  const ownGroup =
    existingGroupId === undefined
      ? createGroup(scope, "database", vpcId, `Database of ${scope.name}: reached from its proxy`)
      : undefined;
  const database = existingGroupId ?? ownGroup?.id ?? "";
  const rules: pulumi.Resource[] = [
    allowInbound(scope, "proxy-to-database", {
      from: { securityGroupId: proxy },
      to: database,
      port,
      description: "MySQL from RDS Proxy",
    }),
  ];
  if (egress === "all") {
    rules.push(...allowAllOutbound(scope, "proxy-to-anywhere", proxy, { ipv6 }));
    if (ownGroup !== undefined) rules.push(...allowAllOutbound(scope, "database-to-anywhere", ownGroup.id));
  } else {
    const to = { securityGroupId: database };
    const description = "MySQL to the database";
    rules.push(allowOutbound(scope, "proxy-out-to-database", { from: proxy, to, port, description }));
  }
  return { proxy, database, created: { proxy: proxyGroup, database: ownGroup }, rules };
}

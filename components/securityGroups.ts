import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./scope";

/** MySQL's port, and the only one on which RDS Proxy listens for MySQL. */
export const mysqlPort = 3306;

/**
 * Creates a security group without rules. The provider takes away the rule with which AWS lets a new group's members
 * send anything anywhere, so that every rule in force is one that the program names.
 */
export function createGroup(
  scope: Scope,
  key: string,
  vpcId: pulumi.Input<string>,
  description: string,
): aws.ec2.SecurityGroup {
  return scope.create(aws.ec2.SecurityGroup, key, { vpcId, description, tags: scope.tags });
}

/** Lets the members of a group send anything anywhere. */
export function allowAllOutbound(
  scope: Scope,
  key: string,
  securityGroupId: pulumi.Input<string>,
): aws.vpc.SecurityGroupEgressRule {
  return scope.create(aws.vpc.SecurityGroupEgressRule, key, {
    securityGroupId,
    ipProtocol: "-1",
    cidrIpv4: "0.0.0.0/0",
    description: "All outbound traffic",
    tags: scope.tags,
  });
}

/** One edge of the network: tcp to one port of a group's members, from the members of another group. */
export interface Edge {
  from: pulumi.Input<string>;
  to: pulumi.Input<string>;
  port: number;
  /** Plain English, as it stands in the AWS console. */
  description: string;
}

/** Lets one edge in. */
export function allowInbound(scope: Scope, key: string, edge: Edge): aws.vpc.SecurityGroupIngressRule {
  return scope.create(aws.vpc.SecurityGroupIngressRule, key, {
    securityGroupId: edge.to,
    referencedSecurityGroupId: edge.from,
    ipProtocol: "tcp",
    fromPort: edge.port,
    toPort: edge.port,
    description: edge.description,
    tags: scope.tags,
  });
}

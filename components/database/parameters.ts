import * as aws from "@pulumi/aws";
import type { Scope } from "../base/scope";
import type { Network } from "../network/network";

/** The subnets that RDS may put a database into. */
export function createSubnetGroup(scope: Scope, network: Network): aws.rds.SubnetGroup {
  return scope.create(aws.rds.SubnetGroup, "database", {
    subnetIds: network.subnetIds,
    description: `Subnets of ${scope.name}`,
    tags: scope.tags,
  });
}

/** Parameters by name in the form that parameter groups take. RDS takes this method for static and dynamic ones alike. */
export function parametersOf(parameters: Record<string, string>) {
  return Object.entries(parameters).map(([name, value]) => ({ name, value, applyMethod: "pending-reboot" }));
}

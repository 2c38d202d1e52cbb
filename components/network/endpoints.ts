import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { Network } from "./network";

/**
 * Creates an interface endpoint: the way to a service of AWS from subnets that have no way out. The group `securityGroupId`
 * decides who may use it.
 *
 * @param service as in the endpoint's name, such as `secretsmanager`
 * @param policy what may be done through the endpoint; everything by default
 */
export function createEndpoint(
  scope: Scope,
  service: string,
  network: Network,
  subnetIds: pulumi.Input<pulumi.Input<string>[]>,
  securityGroupId: pulumi.Input<string>,
  policy?: pulumi.Output<string>,
): aws.ec2.VpcEndpoint {
  const { region } = aws.getRegionOutput({}, scope.lookup);
  return scope.create(aws.ec2.VpcEndpoint, service, {
    vpcId: network.vpcId,
    serviceName: region.apply((name) => `com.amazonaws.${name}.${service}`),
    vpcEndpointType: "Interface",
    subnetIds,
    securityGroupIds: [securityGroupId],
    privateDnsEnabled: true,
    policy,
    tags: scope.tags,
  });
}

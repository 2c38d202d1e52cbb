import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { Network } from "./network";

/**
 * The way from subnets without a way out to a service of AWS, for those whom `securityGroupId` lets in.
 *
 * @param service as in the endpoint's name, such as `secretsmanager`
 */
export function createEndpoint(
  scope: Scope,
  service: string,
  network: Network,
  subnetIds: pulumi.Input<pulumi.Input<string>[]>,
  securityGroupId: pulumi.Input<string>,
): aws.ec2.VpcEndpoint {
  const { region } = aws.getRegionOutput({}, scope.lookup);
  return scope.create(aws.ec2.VpcEndpoint, service, {
    vpcId: network.vpcId,
    serviceName: region.apply((name) => `com.amazonaws.${name}.${service}`),
    vpcEndpointType: "Interface",
    subnetIds,
    securityGroupIds: [securityGroupId],
    privateDnsEnabled: true,
    tags: scope.tags,
  });
}

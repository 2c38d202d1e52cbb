import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./scope";

/** An existing VPC to build in. */
export interface ExistingVpc {
  /** Id of the VPC. It must not have dedicated tenancy: RDS Proxy does not work there. */
  vpcId: pulumi.Input<string>;
  /** Subnets for the database, the proxy and the functions: two or more, in at least two availability zones. */
  subnetIds: pulumi.Input<string>[];
  /**
   * Subnet for the bastion, with a way to AWS Systems Manager (a public subnet, a NAT gateway or its endpoints).
   * @default the first of `subnetIds`
   */
  bastionSubnetId?: pulumi.Input<string> | undefined;
  /**
   * Whether to create an interface endpoint for Secrets Manager. Needed when the subnets have no way out and the VPC
   * has no such endpoint yet; a second one with private DNS in the same VPC is refused by AWS.
   * @default false
   */
  secretsManagerEndpoint?: boolean | undefined;
}

/** The places in which the other pieces are put. */
export interface Network {
  vpcId: pulumi.Input<string>;
  /** For the database, the proxy and the functions. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  bastionSubnetId: pulumi.Input<string>;
  /** Whether the bastion needs a public address to reach Systems Manager. */
  bastionIsPublic: boolean;
  /** Whether Secrets Manager has to be given an interface endpoint of its own. */
  needsSecretsManagerEndpoint: boolean;
}

/** Uses the VPC that was given, or builds one with public and isolated subnets in two availability zones. */
export function createNetwork(scope: Scope, existing: ExistingVpc | undefined): Network {
  if (existing !== undefined) {
    return {
      vpcId: existing.vpcId,
      subnetIds: existing.subnetIds,
      bastionSubnetId: existing.bastionSubnetId ?? pulumi.output(existing.subnetIds).apply((ids) => ids[0] ?? ""),
      bastionIsPublic: false,
      needsSecretsManagerEndpoint: existing.secretsManagerEndpoint ?? false,
    };
  }
  const vpc = new awsx.ec2.Vpc(
    `${scope.name}-vpc`,
    {
      numberOfAvailabilityZones: 2,
      // A NAT gateway costs more than everything else here; nothing in the isolated subnets needs the internet.
      natGateways: { strategy: awsx.ec2.NatGatewayStrategy.None },
      subnetStrategy: awsx.ec2.SubnetAllocationStrategy.Auto,
      subnetSpecs: [
        { type: awsx.ec2.SubnetType.Public, cidrMask: 24 },
        { type: awsx.ec2.SubnetType.Isolated, cidrMask: 24 },
      ],
      // The interface endpoint's private DNS name works only with both.
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: scope.tags,
    },
    { parent: scope.parent },
  );
  return {
    vpcId: vpc.vpcId,
    subnetIds: vpc.isolatedSubnetIds,
    bastionSubnetId: vpc.publicSubnetIds.apply((ids) => ids[0] ?? ""),
    bastionIsPublic: true,
    needsSecretsManagerEndpoint: true,
  };
}

/** The way from isolated subnets to Secrets Manager, for those whom `securityGroupId` lets in. */
export function createSecretsManagerEndpoint(
  scope: Scope,
  network: Network,
  securityGroupId: pulumi.Input<string>,
): aws.ec2.VpcEndpoint {
  const { region } = aws.getRegionOutput({}, scope.lookup);
  return scope.create(aws.ec2.VpcEndpoint, "secretsmanager", {
    vpcId: network.vpcId,
    serviceName: region.apply((name) => `com.amazonaws.${name}.secretsmanager`),
    vpcEndpointType: "Interface",
    subnetIds: network.subnetIds,
    securityGroupIds: [securityGroupId],
    privateDnsEnabled: true,
    tags: scope.tags,
  });
}

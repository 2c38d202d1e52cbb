import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { Validator } from "../base/validator";
import type { ExistingVpc } from "./arguments";
import { onePerZone, subnetsForProxy, twoZones } from "./zones";

/** The places in which the other pieces are put. */
export interface Network {
  vpcId: pulumi.Input<string>;
  /** For the database and the functions. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** For the proxy, which is not supported everywhere. */
  proxySubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** For interface endpoints, which have one subnet in a zone at most. */
  endpointSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  bastionSubnetId: pulumi.Input<string>;
  /** Whether the bastion needs a public address to reach Systems Manager; undefined: as its subnet has it. */
  bastionIsPublic: boolean | undefined;
  /** Whether services have to be given interface endpoints, because there is no way out and none is there yet. */
  needsEndpoints: { secretsManager: boolean; sessionManager: boolean };
}

/** Uses the VPC that was given, or builds one with public and isolated subnets in two availability zones. */
export function createNetwork(scope: Scope, check: Validator, existing: ExistingVpc | undefined): Network {
  return existing === undefined ? buildNetwork(scope) : existingNetwork(scope, check, existing);
}

function existingNetwork(scope: Scope, check: Validator, vpc: ExistingVpc): Network {
  return {
    vpcId: vpc.vpcId,
    subnetIds: vpc.subnetIds,
    proxySubnetIds: subnetsForProxy(scope, check, vpc.subnetIds),
    endpointSubnetIds: vpc.secretsManagerEndpoint ? onePerZone(scope, vpc.subnetIds) : [],
    bastionSubnetId: vpc.bastionSubnetId ?? pulumi.output(vpc.subnetIds).apply(([first]) => first ?? ""),
    // Said neither way: in a public subnet the bastion needs the address that such a subnet gives, elsewhere there is none.
    bastionIsPublic: undefined,
    needsEndpoints: {
      secretsManager: vpc.secretsManagerEndpoint ?? false,
      sessionManager: vpc.sessionManagerEndpoints ?? false,
    },
  };
}

function buildNetwork(scope: Scope): Network {
  const vpc = scope.create(awsx.ec2.Vpc, "vpc", {
    availabilityZoneNames: twoZones(scope) as unknown as string[],
    // A NAT gateway costs more than everything else here; nothing in the isolated subnets needs the internet.
    natGateways: { strategy: awsx.ec2.NatGatewayStrategy.None },
    subnetStrategy: awsx.ec2.SubnetAllocationStrategy.Auto,
    subnetSpecs: [
      { type: awsx.ec2.SubnetType.Public, cidrMask: 24 },
      { type: awsx.ec2.SubnetType.Isolated, cidrMask: 24 },
    ],
    // An interface endpoint's private DNS name works only with both.
    enableDnsHostnames: true,
    enableDnsSupport: true,
    tags: scope.tags,
  });
  return {
    vpcId: vpc.vpcId,
    subnetIds: vpc.isolatedSubnetIds,
    proxySubnetIds: vpc.isolatedSubnetIds,
    endpointSubnetIds: vpc.isolatedSubnetIds,
    bastionSubnetId: vpc.publicSubnetIds.apply((ids) => ids[0] ?? ""),
    bastionIsPublic: true,
    needsEndpoints: { secretsManager: true, sessionManager: false },
  };
}

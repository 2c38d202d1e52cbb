import * as ec2 from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import { orNone } from "../base/answers";
import type { Scope } from "../base/scope";
import type { Validator } from "../base/validator";
import type { VpcSettings } from "./arguments";
import { warnWithoutWayOut } from "./wayOut";
import { onePerZone, subnetsForProxy, twoZones } from "./zones";

/** Where the other pieces go. */
export interface Network {
  vpcId: pulumi.Input<string>;
  /** Whether the VPC existed before, so that others may use it too. */
  isExisting: boolean;
  /** For the database and the functions. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** For the proxy, which some zones do not support. */
  proxySubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** For interface endpoints, which take one subnet in each zone. */
  endpointSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  bastionSubnetId: pulumi.Input<string>;
  /** Whether the bastion gets a public address to reach Systems Manager with; undefined leaves it to the subnet. */
  bastionIsPublic: boolean | undefined;
  /** Whether AWS's services need interface endpoints here, because there is no way out and no such endpoint yet. */
  needsEndpoints: { secretsManager: boolean; sessionManager: boolean };
}

/**
 * Uses the VPC that was given, or builds one with public and isolated subnets in two availability zones.
 *
 * @param needsSecrets whether functions read secrets, and so need a way to Secrets Manager
 */
export function createNetwork(
  scope: Scope,
  check: Validator,
  existing: VpcSettings | undefined,
  needsSecrets: boolean,
): Network {
  if (existing === undefined) return buildNetwork(scope);
  const network = existingNetwork(scope, check, existing);
  if (!needsSecrets || existing.secretsManagerEndpoint) return network;
  // The proxy waits for the look-ups, so that the warning comes before the deployment.
  const proxySubnetIds = pulumi
    .all([network.proxySubnetIds, warnWithoutWayOut(scope, existing)])
    .apply(([subnetIds]) => subnetIds);
  return { ...network, proxySubnetIds };
}

function existingNetwork(scope: Scope, check: Validator, vpc: VpcSettings): Network {
  return {
    vpcId: vpc.vpcId,
    isExisting: true,
    subnetIds: vpc.subnetIds,
    proxySubnetIds: subnetsForProxy(scope, check, vpc.subnetIds),
    endpointSubnetIds: vpc.secretsManagerEndpoint ? onePerZone(scope, vpc.subnetIds) : [],
    // The first one in alphabetical order, since another order of the same subnets must not replace the bastion.
    bastionSubnetId: vpc.bastionSubnetId ?? pulumi.output(vpc.subnetIds).apply((ids) => [...ids].sort()[0] ?? ""),
    // Left to the subnet: a public one gives the bastion the address that it needs, and no other subnet can.
    bastionIsPublic: undefined,
    needsEndpoints: {
      secretsManager: vpc.secretsManagerEndpoint,
      sessionManager: vpc.sessionManagerEndpoints,
    },
  };
}

function buildNetwork(scope: Scope): Network {
  const vpc = scope.create(ec2.Vpc, "vpc", {
    availabilityZoneNames: twoZones(scope) as unknown as string[],
    // A NAT gateway costs more than everything else here, and nothing in the isolated subnets needs the internet.
    natGateways: { strategy: ec2.NatGatewayStrategy.None },
    subnetStrategy: ec2.SubnetAllocationStrategy.Auto,
    subnetSpecs: [
      { type: ec2.SubnetType.Public, cidrMask: 24 },
      { type: ec2.SubnetType.Isolated, cidrMask: 24 },
    ],
    // An interface endpoint's private DNS name works only with both.
    enableDnsHostnames: true,
    enableDnsSupport: true,
    tags: scope.tags,
  });
  const isolated = vpc.isolatedSubnetIds.apply((ids) => orNone(ids));
  return {
    vpcId: vpc.vpcId,
    isExisting: false,
    subnetIds: isolated,
    proxySubnetIds: isolated,
    endpointSubnetIds: isolated,
    bastionSubnetId: vpc.publicSubnetIds.apply((ids) => orNone(ids)[0] ?? ""),
    bastionIsPublic: true,
    needsEndpoints: { secretsManager: true, sessionManager: false },
  };
}

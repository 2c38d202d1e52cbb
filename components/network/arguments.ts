import * as pulumi from "@pulumi/pulumi";
import type { Validator } from "../base/validator";

/** An existing VPC to build in. */
export interface ExistingVpc {
  /** Id of the VPC. It must not have dedicated tenancy: RDS Proxy does not work there. */
  vpcId: pulumi.Input<string>;
  /**
   * Subnets for the database, the proxy and the functions: two or more, in at least two availability zones. The proxy is
   * not put into subnets in zones that RDS Proxy does not support.
   */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Subnet for the bastion, with a way to AWS Systems Manager: a public subnet that gives what is started in it a public
   * address, a NAT gateway or its endpoints.
   * @default the first of `subnetIds`
   */
  bastionSubnetId?: pulumi.Input<string> | undefined;
  /**
   * Whether to create an interface endpoint for Secrets Manager. Needed when the subnets have no way out and the VPC
   * has no such endpoint yet; a second one with private DNS in the same VPC is refused by AWS.
   * @default false
   */
  secretsManagerEndpoint?: boolean | undefined;
  /**
   * Whether to create the interface endpoints by which Session Manager reaches the bastion. Needed when the bastion's
   * subnet has no way out and the VPC has no such endpoints yet.
   * @default false
   */
  sessionManagerEndpoints?: boolean | undefined;
}

export function checkVpc(check: Validator, vpc: ExistingVpc | undefined): ExistingVpc | undefined {
  if (vpc === undefined) return undefined;
  const { vpcId, subnetIds, bastionSubnetId, secretsManagerEndpoint, sessionManagerEndpoints } = vpc;
  check.matchingIfPlain("vpc.vpcId", vpcId, /^vpc-/, "it must be the id of a VPC, which begins with vpc-");
  // How many zones an output's subnets are in is checked when it is known.
  if (!pulumi.Output.isInstance(subnetIds) && !(subnetIds instanceof Promise)) checkSubnets(check, subnetIds);
  const settings = { vpcId, subnetIds, bastionSubnetId, secretsManagerEndpoint, sessionManagerEndpoints };
  return check.noOther("a key of vpc", vpc, settings);
}

function checkSubnets(check: Validator, subnetIds: unknown): void {
  if (!Array.isArray(subnetIds) || subnetIds.length < 2) {
    check.refuse("vpc.subnetIds", subnetIds, "RDS Proxy needs two or more subnets, in at least two availability zones");
  }
  const known = subnetIds.filter((id) => typeof id === "string");
  if (new Set(known).size < known.length) {
    check.refuse("vpc.subnetIds", subnetIds, "it names a subnet twice: name each of them once");
  }
}

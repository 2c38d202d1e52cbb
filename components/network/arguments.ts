import type * as pulumi from "@pulumi/pulumi";
import type { Fields } from "../base/fields";
import { isOutput } from "../base/validator";

/** An existing VPC to build in. */
export interface ExistingVpc {
  /** Id of the VPC. It must not have dedicated tenancy: RDS Proxy does not work there. */
  vpcId: pulumi.Input<string>;
  /**
   * Subnets for the database, the proxy and the functions: two or more, in at least two availability zones. The proxy leaves
   * out subnets in zones that RDS Proxy does not support.
   */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Subnet for the bastion. It needs a way to AWS Systems Manager: a public subnet that gives instances a public address, a
   * NAT gateway, or the service's endpoints.
   * @default the first of `subnetIds` in alphabetical order
   */
  bastionSubnetId?: pulumi.Input<string> | undefined;
  /**
   * Whether to create an interface endpoint for Secrets Manager. It is needed when the subnets have no way out and the VPC
   * has no such endpoint yet. AWS refuses a second one with private DNS in the same VPC.
   * @default false
   */
  secretsManagerEndpoint?: boolean | undefined;
  /**
   * Whether to create the interface endpoints through which Session Manager reaches the bastion. They are needed when the
   * bastion's subnet has no way out and the VPC has no such endpoints yet.
   * @default false
   */
  sessionManagerEndpoints?: boolean | undefined;
}

export type VpcSettings = NonNullable<ReturnType<typeof normalizeVpc>>;

export function normalizeVpc(args: Fields<{ vpc?: ExistingVpc | undefined }>) {
  const given = args.optionalObject<ExistingVpc>("vpc");
  if (given === undefined) return undefined;
  const settings = {
    vpcId: given.requiredInput("vpcId", /^vpc-/, "it must be the id of a VPC, which begins with vpc-"),
    subnetIds: checkSubnets(given),
    bastionSubnetId: given.input("bastionSubnetId", subnetForm, subnetRule),
    secretsManagerEndpoint: given.boolean("secretsManagerEndpoint", false),
    sessionManagerEndpoints: given.boolean("sessionManagerEndpoints", false),
  };
  given.end();
  return settings;
}

const subnetForm = /^subnet-/;
const subnetRule = "it must be the id of a subnet, which begins with subnet-";

/** The zones of the subnets, and the ids that are outputs, are checked as soon as they are known. */
export function checkSubnets(given: Fields<{ subnetIds?: unknown }>): ExistingVpc["subnetIds"] {
  const subnetIds = given.value("subnetIds") as ExistingVpc["subnetIds"];
  if (isOutput(subnetIds)) return subnetIds;
  if (!Array.isArray(subnetIds) || subnetIds.length < 2) {
    given.refuse("subnetIds", "RDS Proxy needs two or more subnets, in at least two availability zones");
  }
  const known = subnetIds.filter((id) => !isOutput(id));
  for (const id of known) given.check.matching(`one of ${given.name("subnetIds")}`, id, subnetForm, subnetRule);
  if (new Set(known).size < known.length) given.refuse("subnetIds", "it names a subnet twice: name each of them once");
  return subnetIds;
}

import type { Network } from "./network";

/**
 * EC2's refusals to delete what is still in use. The real provider then tries again for minutes, since the other thing
 * may be on its way out. Here deleting takes no time, so such a refusal shows a wrong order.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 *
 * @throws Error when an interface is in the group, or when a rule of another group refers to it
 */
export function refuseIfGroupIsUsed({ interfaces, rules }: Network, id: string): void {
  const member = interfaces.find(({ securityGroupIds }) => securityGroupIds.includes(id));
  const [rule] =
    [...rules].find(
      ([, { securityGroupId, referencedSecurityGroupId }]) =>
        referencedSecurityGroupId === id && securityGroupId !== id,
    ) ?? [];
  const user = member === undefined ? rule && `the rule ${rule} refers to it` : `${member.id} is in the group`;
  if (user !== undefined) throw dependency(`resource ${id} has a dependent object: ${user}.`);
}

/** @throws Error when an interface is in the subnet */
export function refuseIfSubnetIsUsed({ interfaces }: Network, id: string): void {
  const inside = interfaces.find(({ subnetIds }) => subnetIds.includes(id));
  if (inside === undefined) return;
  throw dependency(`The subnet '${id}' has dependencies and cannot be deleted: ${inside.id} is in it.`);
}

/** @throws Error when the VPC still has subnets, groups, interfaces, route tables or an internet gateway */
export function refuseIfVpcIsUsed({ interfaces, subnets, securityGroups, routing }: Network, vpcId: string): void {
  const inVpc = ([, owner]: [string, { vpcId: string }]) => owner.vpcId === vpcId;
  const [inside] =
    [...subnets].find(inVpc) ??
    [...securityGroups].find(inVpc) ??
    [...routing.tables].find(inVpc) ??
    [...routing.internetGateways].find(([, attachedTo]) => attachedTo === vpcId) ??
    [];
  const id = inside ?? interfaces.find((candidate) => candidate.vpcId === vpcId)?.id;
  if (id === undefined) return;
  throw dependency(`The vpc '${vpcId}' has dependencies and cannot be deleted: ${id} is in it.`);
}

function dependency(message: string): Error {
  return new Error(`DependencyViolation: ${message}`);
}

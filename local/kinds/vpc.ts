import { randomHex } from "../account";
import type { Kind } from "../engine";
import { subnetsOf } from "./vpcLayout";

/**
 * `awsx.ec2.Vpc` of `npm start`: one resource, whose outputs are the ids of its parts. Under Pulumi's engine the parts are resources
 * of their own.
 */
export const vpc: Kind = {
  create(inputs, { name }, { network }) {
    const { numberOfAvailabilityZones = 3, availabilityZoneNames } = inputs as {
      numberOfAvailabilityZones?: number;
      availabilityZoneNames?: string[];
    };
    const zones = availabilityZoneNames ?? network.zones.slice(0, numberOfAvailabilityZones);
    const vpcId = `vpc-${randomHex(17)}`;
    const ids: Record<string, string[]> = { Public: [], Private: [], Isolated: [] };
    for (const { type, availabilityZone, cidrBlock } of subnetsOf(name, zones, inputs)) {
      const id = `subnet-${randomHex(17)}`;
      network.subnets.set(id, { id, vpcId, availabilityZone, cidrBlock, hasWayOut: type === "Private" });
      ids[type]?.push(id);
    }
    const state = {
      ...inputs,
      vpcId,
      publicSubnetIds: ids.Public,
      privateSubnetIds: ids.Private,
      isolatedSubnetIds: ids.Isolated,
    };
    return { id: vpcId, state };
  },
};

/** `aws.ec2.Vpc`. The stand-in needs only its id. */
export const plainVpc: Kind = {
  create(inputs, _resource, { arn }) {
    const id = `vpc-${randomHex(17)}`;
    return { id, state: { ...inputs, arn: arn("ec2", `vpc/${id}`), defaultSecurityGroupId: `sg-${randomHex(17)}` } };
  },
};

/** `aws.ec2.Subnet`. The stand-in does not follow routes. It assumes that the subnet has a route to the internet. */
export const subnet: Kind = {
  create(inputs, _resource, { network, arn }) {
    const given = inputs as { vpcId: string; cidrBlock: string; availabilityZone?: string };
    const id = `subnet-${randomHex(17)}`;
    const availabilityZone = given.availabilityZone ?? network.zones[0] ?? "";
    network.subnets.set(id, { ...given, id, availabilityZone, hasWayOut: true });
    return { id, state: { ...inputs, availabilityZone, arn: arn("ec2", `subnet/${id}`) } };
  },
  delete({ id }, { network }) {
    network.subnets.delete(id);
  },
};

import type { Kind } from "../engine";
import { randomHex } from "../kept";
import { type Network, refuseIfSubnetIsUsed, refuseIfVpcIsUsed, zoneId } from "../network";
import { changed } from "./changed";
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
  delete({ id }, { network }) {
    for (const subnet of network.subnets.values()) if (subnet.vpcId === id) deleteSubnet(network, subnet.id);
    refuseIfVpcIsUsed(network, id);
  },
};

/** Outputs of a VPC that no input decides. */
const vpcOutputs = ["arn", "ownerId", "mainRouteTableId", "defaultRouteTableId", "defaultSecurityGroupId"];

/** `aws.ec2.Vpc`. */
export const plainVpc: Kind = {
  create(inputs, _resource, { arn, accountId }) {
    const id = `vpc-${randomHex(17)}`;
    const mainRouteTableId = `rtb-${randomHex(17)}`;
    const state = {
      enableDnsSupport: true,
      enableDnsHostnames: false,
      instanceTenancy: "default",
      ...inputs,
      arn: arn("ec2", `vpc/${id}`),
      ownerId: accountId,
      mainRouteTableId,
      defaultRouteTableId: mainRouteTableId,
      defaultSecurityGroupId: `sg-${randomHex(17)}`,
    };
    return { id, state };
  },
  update: ({ state }, inputs) =>
    changed(state, inputs, [...vpcOutputs, "enableDnsSupport", "enableDnsHostnames", "instanceTenancy"]),
  delete({ id }, { network }) {
    refuseIfVpcIsUsed(network, id);
  },
};

/**
 * `aws.ec2.Subnet`. As long as no route table is associated with it, the stand-in assumes that the subnet has a route to
 * the internet.
 */
export const subnet: Kind = {
  create(inputs, _resource, { network, arn, accountId }) {
    const given = inputs as { vpcId: string; cidrBlock: string; availabilityZone?: string };
    const id = `subnet-${randomHex(17)}`;
    const availabilityZone = given.availabilityZone ?? network.zones[0] ?? "";
    network.subnets.set(id, { ...given, id, availabilityZone, hasWayOut: true });
    const state = {
      mapPublicIpOnLaunch: false,
      ...inputs,
      availabilityZone,
      availabilityZoneId: zoneId(availabilityZone),
      ownerId: accountId,
      arn: arn("ec2", `subnet/${id}`),
    };
    return { id, state };
  },
  update: ({ state }, inputs) =>
    changed(state, inputs, ["arn", "ownerId", "availabilityZone", "availabilityZoneId", "mapPublicIpOnLaunch"]),
  delete({ id }, { network }) {
    deleteSubnet(network, id);
  },
  exists: ({ id }, { network }) => network.subnets.has(id),
};

function deleteSubnet(network: Network, id: string): void {
  refuseIfSubnetIsUsed(network, id);
  network.subnets.delete(id);
  network.routing.associations.delete(id);
}

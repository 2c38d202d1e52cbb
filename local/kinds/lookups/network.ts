import type { Lookup } from "../../engine";
import { zoneId } from "../../network";

export const getAvailabilityZones: Lookup = ({ excludeZoneIds, excludeNames }, { network, region }) => {
  const excluded = [...((excludeZoneIds ?? []) as string[]), ...((excludeNames ?? []) as string[])];
  const names = network.zones.filter((name) => !excluded.includes(name) && !excluded.includes(zoneId(name)));
  return { id: region, names, zoneIds: names.map(zoneId), groupNames: [region] };
};

/** The stand-in knows nothing about a VPC that exists already, so it answers with what AWS says of an ordinary one. */
export const getVpc: Lookup = ({ id }, { arn, accountId }) => ({
  id,
  arn: arn("ec2", `vpc/${String(id)}`),
  cidrBlock: "172.31.0.0/16",
  default: false,
  enableDnsHostnames: true,
  enableDnsSupport: true,
  instanceTenancy: "default",
  mainRouteTableId: `rtb-${String(id).replace("vpc-", "")}`,
  ownerId: accountId,
  state: "available",
  tags: {},
});

export const getSubnet: Lookup = ({ id, vpcId }, { network, arn }) => {
  const subnet = network.subnet(String(id));
  return {
    id,
    vpcId: vpcId ?? subnet.vpcId,
    arn: arn("ec2", `subnet/${String(id)}`),
    availabilityZone: subnet.availabilityZone,
    availabilityZoneId: zoneId(subnet.availabilityZone),
    cidrBlock: subnet.cidrBlock,
    mapPublicIpOnLaunch: false,
    state: "available",
    tags: {},
  };
};

export const getSubnets: Lookup = ({ filters }, { network, region }) => {
  const wanted = ((filters ?? []) as { name: string; values: string[] }[]).find(
    ({ name }) => name === "vpc-id",
  )?.values;
  const subnets = [...network.subnets.values()].filter(({ vpcId }) => wanted?.includes(vpcId) ?? true);
  return { id: region, ids: subnets.map(({ id }) => id) };
};

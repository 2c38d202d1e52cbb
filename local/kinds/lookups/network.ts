import type { Lookup } from "../../engine";

const directions: Record<string, string> = {
  north: "n",
  south: "s",
  east: "e",
  west: "w",
  central: "c",
  northeast: "ne",
  northwest: "nw",
  southeast: "se",
  southwest: "sw",
};

/** The ids of availability zones begin with this text, such as `apne1` for `ap-northeast-1`. */
function zonePrefix(region: string): string {
  const [continent = "", direction = "", number = ""] = region.split("-");
  return `${continent}${directions[direction] ?? direction}${number}`;
}

/** The id of a zone. On AWS the same name can mean a different zone in each account. Here `a` is always `az1`. */
export function zoneId(name: string): string {
  return `${zonePrefix(name.slice(0, -1))}-az${name.charCodeAt(name.length - 1) - 96}`;
}

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

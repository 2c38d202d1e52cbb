import type { Account } from "../account";
import type { Call } from "../engine";

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

/** `apne1` of `ap-northeast-1`: what the ids of availability zones begin with. */
function zonePrefix(region: string): string {
  const [continent = "", direction = "", number = ""] = region.split("-");
  return `${continent}${directions[direction] ?? direction}${number}`;
}

/** Names of the zones of a region: three, as in most. */
export const zoneNames = (region: string): string[] => ["a", "b", "c"].map((letter) => region + letter);

/** The id of a zone. On AWS a name stands for another zone in each account; here they go in step. */
function zoneId(name: string): string {
  return `${zonePrefix(name.slice(0, -1))}-az${name.charCodeAt(name.length - 1) - 96}`;
}

export const getAvailabilityZones: Call = ({ excludeZoneIds, excludeNames }, { region }) => {
  const excluded = [...((excludeZoneIds ?? []) as string[]), ...((excludeNames ?? []) as string[])];
  const names = zoneNames(region).filter((name) => !excluded.includes(name) && !excluded.includes(zoneId(name)));
  return { id: region, names, zoneIds: names.map(zoneId), groupNames: [region] };
};

/** A VPC that exists already is not known here; it is taken to be as the program believes. */
export const getVpc: Call = ({ id }, { arn, accountId }) => ({
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

export const getSubnet: Call = ({ id, vpcId }, account) => {
  const subnet = account.network.subnets.get(String(id));
  const zone = subnet?.availabilityZone ?? zoneOfUnknown(String(id), account);
  return {
    id,
    vpcId: subnet?.vpcId ?? vpcId ?? "vpc-existing",
    arn: account.arn("ec2", `subnet/${String(id)}`),
    availabilityZone: zone,
    availabilityZoneId: zoneId(zone),
    cidrBlock: subnet?.cidrBlock ?? "172.31.0.0/20",
    mapPublicIpOnLaunch: false,
    state: "available",
    tags: {},
  };
};

/** Subnets of an existing VPC are spread over the zones by their ids. */
function zoneOfUnknown(id: string, { region }: Account): string {
  return region + "abc".charAt((id.charCodeAt(id.length - 1) || 0) % 3);
}

export const getSubnets: Call = ({ filters }, { network, region }) => {
  const wanted = ((filters ?? []) as { name: string; values: string[] }[]).find(
    ({ name }) => name === "vpc-id",
  )?.values;
  const subnets = [...network.subnets.values()].filter(({ vpcId }) => wanted?.includes(vpcId) ?? true);
  return { id: region, ids: subnets.map(({ id }) => id) };
};

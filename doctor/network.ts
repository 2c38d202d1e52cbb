import type { NetworkAcl, SecurityGroupRule, Subnet } from "@aws-sdk/client-ec2";
import type { Ask } from "./calls";
import type { Problem } from "./report";

/** Where something is in the VPC. */
export interface Place {
  /** The words for it in a sentence, such as "the proxy". */
  what: string;
  groupIds: string[];
  subnetIds: string[];
}

/** What the VPC says about packets. */
export interface Vpc {
  rules: SecurityGroupRule[];
  subnets: Subnet[];
  acls: NetworkAcl[];
}

/** Asks for the rules, subnets and ACLs of all places. */
export async function vpcOf(ask: Ask, places: Place[]): Promise<Vpc> {
  const groupIds = unique(places.flatMap((place) => place.groupIds));
  const subnetIds = unique(places.flatMap((place) => place.subnetIds));
  const filter = (name: string, values: string[]) => ({ Filters: [{ Name: name, Values: values }] });
  const [rules, subnets, acls] = await Promise.all([
    groupIds.length === 0 ? undefined : ask("ec2:DescribeSecurityGroupRules", filter("group-id", groupIds)),
    subnetIds.length === 0 ? undefined : ask("ec2:DescribeSubnets", filter("subnet-id", subnetIds)),
    subnetIds.length === 0 ? undefined : ask("ec2:DescribeNetworkAcls", filter("association.subnet-id", subnetIds)),
  ]);
  return {
    rules: rules?.SecurityGroupRules ?? [],
    subnets: subnets?.Subnets ?? [],
    acls: acls?.NetworkAcls ?? [],
  };
}

/** What keeps packets to a port, or their answers, from getting through. */
export function obstacles(vpc: Vpc, from: Place, to: Place, port: number): Problem[] {
  return [
    ...missingRule(vpc, true, from, to, port),
    ...missingRule(vpc, false, to, from, port),
    ...refusingAcl(vpc, from, to, port),
  ];
}

function missingRule({ rules, subnets }: Vpc, isEgress: boolean, at: Place, peer: Place, port: number): Problem[] {
  const own = rules.filter((rule) => rule.IsEgress === isEgress && at.groupIds.includes(rule.GroupId ?? ""));
  const fitting = own.filter((rule) => isForPeer(rule, peer, subnets));
  if (fitting.some((rule) => isForPort(rule, port))) return [];
  const [group = "", otherGroup = ""] = [at.groupIds[0], peer.groupIds[0]];
  const direction = isEgress ? "egress" : "ingress";
  const preposition = isEgress ? "to" : "from";
  const otherPorts = fitting.map(({ FromPort, ToPort }) => (FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`));
  const shares = at.groupIds.some((id) => peer.groupIds.includes(id));
  const where = `${at.what}'s security group ${group}`;
  const cause = shares
    ? `${capital(at.what)} and ${peer.what} have the same security group ${group}, which has no rule for itself on tcp ${port}: members of a group do not reach each other by that alone.`
    : otherPorts.length > 0
      ? `${capital(where)} has a rule ${preposition} ${peer.what}, but for port ${otherPorts.join(", ")} instead of ${port}.`
      : `${capital(where)} has no ${isEgress ? "outbound" : "inbound"} rule for tcp ${port} ${preposition} ${peer.what}${otherGroup === "" ? "" : ` (${otherGroup})`}.`;
  return [
    {
      cause,
      fix:
        `aws ec2 authorize-security-group-${direction} --group-id ${group} --ip-permissions` +
        ` IpProtocol=tcp,FromPort=${port},ToPort=${port},UserIdGroupPairs='[{GroupId=${otherGroup}}]'`,
    },
  ];
}

function isForPort({ IpProtocol = "", FromPort = -1, ToPort = -1 }: SecurityGroupRule, port: number): boolean {
  if (IpProtocol === "-1") return true;
  return ["tcp", "6"].includes(IpProtocol) && FromPort <= port && port <= ToPort;
}

/** A rule with a prefix list counts as one that fits, since the doctor does not look into such lists. */
function isForPeer(rule: SecurityGroupRule, peer: Place, subnets: Subnet[]): boolean {
  const { ReferencedGroupInfo: group, CidrIpv4: cidr, PrefixListId: prefixList } = rule;
  if (group?.GroupId !== undefined) return peer.groupIds.includes(group.GroupId);
  if (cidr === undefined) return prefixList !== undefined;
  if (cidr === everywhere) return true;
  const ranges = subnets
    .filter(({ SubnetId }) => peer.subnetIds.includes(SubnetId ?? ""))
    .map((subnet) => subnet.CidrBlock);
  return ranges.length > 0 && ranges.every((range) => contains(cidr, range ?? ""));
}

/** A port that answers go to. https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html */
const ephemeralPort = 49_152;

/** ACLs keep no state, so answers need a rule of their own. Within a subnet they do not count. */
function refusingAcl({ acls, subnets }: Vpc, from: Place, to: Place, port: number): Problem[] {
  const problems = new Map<string, Problem>();
  const check = (at: string, peer: string, egress: boolean, aclPort: number) => {
    const acl = acls.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === at));
    const range = subnets.find(({ SubnetId }) => SubnetId === peer)?.CidrBlock;
    if (acl === undefined || range === undefined) return;
    const [first] = (acl.Entries ?? [])
      .filter((entry) => entry.Egress === egress && contains(entry.CidrBlock ?? "", range))
      .filter(({ Protocol, PortRange: { From = 0, To = 65_535 } = {} }) => {
        return Protocol === "-1" || (Protocol === "6" && From <= aclPort && aclPort <= To);
      })
      .sort((one, other) => (one.RuleNumber ?? 0) - (other.RuleNumber ?? 0));
    if (first?.RuleAction === "allow") return;
    const ports = aclPort === port ? String(port) : "1024-65535";
    const id = acl.NetworkAclId ?? "";
    problems.set(`${id} ${egress} ${ports}`, {
      cause:
        `Network ACL ${id} of ${at} denies tcp ${ports} ${egress ? "to" : "from"} ${range}` +
        `${aclPort === port ? "" : ", where the answers go"}.`,
      fix:
        `aws ec2 create-network-acl-entry --network-acl-id ${id} --rule-number 1 --protocol tcp --rule-action allow` +
        ` --cidr-block ${range} --port-range From=${ports.split("-")[0]},To=${ports.split("-").at(-1)}` +
        ` --${egress ? "egress" : "ingress"}`,
    });
  };
  for (const one of from.subnetIds) {
    for (const other of to.subnetIds) {
      if (one === other) continue;
      check(one, other, true, port);
      check(other, one, false, port);
      check(other, one, true, ephemeralPort);
      check(one, other, false, ephemeralPort);
    }
  }
  return [...problems.values()];
}

/** All addresses. */
export const everywhere = "0.0.0.0/0";

/** Whether a range of IPv4 addresses has all of another one. */
export function contains(range: string, other: string): boolean {
  const [base = "", length = "32"] = range.split("/");
  const [otherBase = "", otherLength = "32"] = other.split("/");
  const size = 2 ** (32 - Number(length));
  return (
    Number(length) <= Number(otherLength) &&
    Math.floor(numberOf(base) / size) === Math.floor(numberOf(otherBase) / size)
  );
}

function numberOf(address: string): number {
  return address.split(".").reduce((number, byte) => number * 256 + Number(byte), 0);
}

/** The zones of these subnets. */
export function zonesOf({ subnets }: Vpc, subnetIds: string[]): { names: string[]; ids: string[] } {
  const found = subnets.filter(({ SubnetId }) => subnetIds.includes(SubnetId ?? ""));
  return {
    names: unique(found.map(({ AvailabilityZone }) => AvailabilityZone ?? "")),
    ids: unique(found.map(({ AvailabilityZoneId }) => AvailabilityZoneId ?? "")),
  };
}

export function unique(values: string[]): string[] {
  return [...new Set(values)].sort();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One rule of a security group, in the words of `aws.vpc.SecurityGroupIngressRule` and `...EgressRule`. */
export interface SecurityGroupRule {
  securityGroupId: string;
  direction: "inbound" | "outbound";
  /** `-1` for everything, or `tcp`, `udp`, ... Only tcp is ever asked about here. */
  ipProtocol: string;
  fromPort?: number | undefined;
  toPort?: number | undefined;
  cidrIpv4?: string | undefined;
  referencedSecurityGroupId?: string | undefined;
}

/** The other end of a connection, as a rule sees it. */
export interface Peer {
  address: string;
  securityGroupIds: string[];
}

/** Whether a rule lets tcp through to `port` at the destination, with `peer` at the other end. */
export function permits(rule: SecurityGroupRule, peer: Peer, port: number): boolean {
  return permitsPort(rule, port) && permitsPeer(rule, peer);
}

/** A rule for all protocols is one for all ports, whatever ports it states. */
function permitsPort({ ipProtocol, fromPort, toPort }: SecurityGroupRule, port: number): boolean {
  if (ipProtocol === "-1") return true;
  // 6 is tcp's number, which AWS takes as well as its name.
  if (ipProtocol.toLowerCase() !== "tcp" && ipProtocol !== "6") return false;
  return fromPort !== undefined && port >= fromPort && port <= (toPort ?? fromPort);
}

function permitsPeer({ cidrIpv4, referencedSecurityGroupId }: SecurityGroupRule, peer: Peer): boolean {
  if (referencedSecurityGroupId !== undefined) return peer.securityGroupIds.includes(referencedSecurityGroupId);
  return cidrIpv4 !== undefined && cidrContains(cidrIpv4, peer.address);
}

/** Whether an IPv4 address is in a range such as `10.0.0.0/16`. */
export function cidrContains(cidr: string, address: string): boolean {
  const [base = "", length = "32"] = cidr.split("/");
  const shift = 32 - Number(length);
  // Shifting by 32 would shift by nothing.
  return shift >= 32 || ipv4Number(base) >>> shift === ipv4Number(address) >>> shift;
}

/** An IPv4 address as the number that it is. */
export function ipv4Number(address: string): number {
  return address.split(".").reduce((number, byte) => number * 256 + Number(byte), 0);
}

/** The inverse of {@link ipv4Number}. */
export function ipv4Address(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join(".");
}

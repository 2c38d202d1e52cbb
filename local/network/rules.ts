/** One rule of a security group, with the names of `aws.vpc.SecurityGroupIngressRule` and `...EgressRule`. */
export interface SecurityGroupRule {
  securityGroupId: string;
  direction: "inbound" | "outbound";
  /** `-1` for all protocols, or `tcp`, `udp` and so on. All connections in the stand-in use tcp. */
  ipProtocol: string;
  fromPort?: number | undefined;
  toPort?: number | undefined;
  cidrIpv4?: string | undefined;
  referencedSecurityGroupId?: string | undefined;
}

/** The other end of a connection, as far as a rule looks at it. */
export interface Peer {
  address: string;
  securityGroupIds: string[];
}

/** Whether a rule allows tcp to `port` of the destination, with `peer` at the other end. */
export function permits(rule: SecurityGroupRule, peer: Peer, port: number): boolean {
  return permitsPort(rule, port) && permitsPeer(rule, peer);
}

/** A rule for all protocols allows all ports, even if it names some. */
function permitsPort({ ipProtocol, fromPort, toPort }: SecurityGroupRule, port: number): boolean {
  if (ipProtocol === "-1") return true;
  // AWS also accepts 6, the number of the protocol tcp.
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
  // JavaScript would shift by 0 instead of 32.
  return shift >= 32 || ipv4Number(base) >>> shift === ipv4Number(address) >>> shift;
}

/** Converts an IPv4 address to a number. */
export function ipv4Number(address: string): number {
  return address.split(".").reduce((number, byte) => number * 256 + Number(byte), 0);
}

/** Converts a number back to an IPv4 address. */
export function ipv4Address(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join(".");
}

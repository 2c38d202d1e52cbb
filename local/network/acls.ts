import { cidrContains } from "./rules";

/** A rule of a network ACL. The one with the lowest number that fits decides. */
export interface AclEntry {
  ruleNumber: number;
  egress: boolean;
  /** `-1` for all protocols, or a number such as 6 for tcp. */
  protocol: string;
  action: "allow" | "deny";
  cidrBlock: string;
  fromPort: number;
  toPort: number;
}

interface Acl {
  vpcId: string;
  entries: AclEntry[];
}

/** Ports that the answers to a client go to. https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html */
const ephemeralPort = 49_152;

/** The network ACLs that the program has made. A subnet without one has its VPC's default, which lets everything through. */
export class Acls {
  readonly lists = new Map<string, Acl>();
  /** Ids of ACLs, by the subnet that has them. */
  readonly associations = new Map<string, string>();

  subnetsOf(id: string): string[] {
    return [...this.associations].flatMap(([subnetId, aclId]) => (aclId === id ? [subnetId] : []));
  }

  /** Returns a sentence that names the ACL in the way of a connection or of its answers, or undefined. ACLs keep no state. */
  obstacle(from: AclPlace, to: AclPlace, port: number): string | undefined {
    if (from.subnetId === to.subnetId) return undefined;
    return (
      this.refusal(from, to, true, port) ??
      this.refusal(to, from, false, port) ??
      this.refusal(to, from, true, ephemeralPort) ??
      this.refusal(from, to, false, ephemeralPort)
    );
  }

  private refusal(at: AclPlace, peer: AclPlace, egress: boolean, port: number): string | undefined {
    const id = this.associations.get(at.subnetId) ?? "";
    const acl = this.lists.get(id);
    if (acl === undefined) return undefined;
    const first = acl.entries
      .filter((entry) => entry.egress === egress && fits(entry, peer.address, port))
      .sort((one, other) => one.ruleNumber - other.ruleNumber)[0];
    if (first?.action === "allow") return undefined;
    return `network ACL ${id} of ${at.subnetId} denies tcp ${port} ${egress ? "to" : "from"} ${peer.address}`;
  }
}

interface AclPlace {
  subnetId: string;
  address: string;
}

function fits({ protocol, cidrBlock, fromPort, toPort }: AclEntry, address: string, port: number): boolean {
  if (!cidrContains(cidrBlock, address)) return false;
  return protocol === "-1" || (["6", "tcp"].includes(protocol) && port >= fromPort && port <= toPort);
}

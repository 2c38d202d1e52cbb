import type { Graph } from "./graph";

/** A resource that is in security groups. */
export interface Member {
  name: string;
  groups: string[];
}

/** Ports from the first to the last. */
export type Ports = [first: number, last: number];

/** A security group's rule: who may connect to its members, or where its members may connect to, and on which ports. */
export interface Rule {
  group: string;
  /** The id of a group, or a range of addresses. */
  peer: string;
  ports: Ports;
}

export type Direction = "Ingress" | "Egress";

const allPorts: Ports = [0, 65_535];

/** Everything that is in a security group. */
export function membersOf(graph: Graph): Member[] {
  return graph.resources
    .map(({ name, inputs }) => ({
      name,
      groups: (inputs.vpcSecurityGroupIds ??
        inputs.securityGroupIds ??
        inputs.vpcConfig?.securityGroupIds ??
        inputs.networkConfiguration?.securityGroups ??
        inputs.securityGroups ??
        []) as string[],
    }))
    .filter(({ groups }) => groups.length > 0);
}

/** All rules of a direction, whatever resources the program has for them. */
export function rulesOf(graph: Graph, direction: Direction): Rule[] {
  const rules = [
    ...graph.all(`aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`).map(({ inputs }): Rule => ({
      group: inputs.securityGroupId,
      peer: inputs.referencedSecurityGroupId ?? inputs.cidrIpv4 ?? inputs.cidrIpv6 ?? inputs.prefixListId,
      ports: portsOf(inputs.ipProtocol, inputs),
    })),
    ...graph
      .all("aws:ec2/securityGroupRule:SecurityGroupRule")
      .filter(({ inputs }) => inputs.type === direction.toLowerCase())
      .flatMap(({ inputs }) => manyPeers(inputs.securityGroupId, inputs)),
    ...graph
      .all("aws:ec2/securityGroup:SecurityGroup")
      .flatMap(({ inputs, outputs }) =>
        ((inputs[direction.toLowerCase()] ?? []) as any[]).flatMap((rule) => manyPeers(outputs.id, rule)),
      ),
  ];
  // In a preview, ids are unknown.
  return rules.filter(({ group, peer }) => [group, peer].every((id: unknown) => typeof id === "string"));
}

/** The older resources have one rule for many peers. */
function manyPeers(group: string, rule: any): Rule[] {
  const peers: string[] = [
    ...(rule.self ? [group] : []),
    ...(rule.sourceSecurityGroupId ? [rule.sourceSecurityGroupId] : []),
    ...(rule.securityGroups ?? []),
    ...(rule.cidrBlocks ?? []),
    ...(rule.ipv6CidrBlocks ?? []),
  ];
  return peers.map((peer) => ({ group, peer, ports: portsOf(rule.protocol, rule) }));
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html: -1 stands for all. */
function portsOf(protocol: string | number, { fromPort, toPort }: { fromPort?: number; toPort?: number }): Ports {
  if (["-1", "all"].includes(String(protocol)) || fromPort === undefined || toPort === undefined) return allPorts;
  return fromPort === -1 ? allPorts : [fromPort, toPort];
}

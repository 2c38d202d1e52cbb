import type { Graph } from "./graph";
import { type Member, membersOf, type Ports, type Rule, rulesOf } from "./securityGroups";

/** A way that the rules of security groups leave open. */
export interface Way {
  /** Name of the resource that sends. */
  from: string;
  /** Name of the resource that receives. */
  to: string;
  /** First and last port. */
  ports: Ports;
}

/**
 * Who may send packets to whom, by the rules of the security groups.
 *
 * @param covers whether a range of addresses, such as `0.0.0.0/0`, has all members in it
 */
export function waysBetween(
  members: Member[],
  { ingress, egress }: { ingress: Rule[]; egress: Rule[] },
  covers: (range: string) => boolean,
): Way[] {
  const isPeer = (peer: string, { groups }: Member) => groups.includes(peer) || (peer.includes("/") && covers(peer));
  return members.flatMap((from) =>
    members.flatMap((to) => {
      const outward = egress.filter(({ group, peer }) => from.groups.includes(group) && isPeer(peer, to));
      const inward = ingress.filter(({ group, peer }) => to.groups.includes(group) && isPeer(peer, from));
      const common = inward.flatMap(({ ports }) => outward.map((rule) => both(ports, rule.ports)));
      return common.flatMap((ports) => (ports === undefined ? [] : [{ from: from.name, to: to.name, ports }]));
    }),
  );
}

/** The ports that are in both ranges. */
function both(one: Ports, other: Ports): Ports | undefined {
  const [first, last] = [Math.max(one[0], other[0]), Math.min(one[1], other[1])];
  return first > last ? undefined : [first, last];
}

/**
 * Who may send packets to whom, by the rules of the security groups that the program creates. Each end is the name of a resource,
 * such as `report-function` and `orders-proxy`.
 *
 * A range of addresses counts as if every resource were in it, because nobody knows their addresses before the deployment. A group
 * that the program does not create counts as if it lets everything out.
 */
export function waysOf(graph: Graph): Way[] {
  const members = membersOf(graph);
  const created = new Set(graph.all("aws:ec2/securityGroup:SecurityGroup").map(({ outputs }) => outputs.id as string));
  const given = new Set(members.flatMap(({ groups }) => groups).filter((id) => !created.has(id)));
  const egress = [
    ...rulesOf(graph, "Egress"),
    ...[...given].map((group): Rule => ({ group, peer: "0.0.0.0/0", ports: [0, 65_535] })),
  ];
  return waysBetween(members, { ingress: rulesOf(graph, "Ingress"), egress }, () => true);
}

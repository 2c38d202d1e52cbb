import type { Graph } from "../../testing";
import { given } from "./arguments";

/** A resource that is in security groups. */
interface Member {
  name: string;
  groups: string[];
}

/** A security group's rule: who may connect to its members, or where its members may connect to, and on which ports. */
interface Rule {
  group: string;
  /** The id of a group, or a range of addresses. */
  peer: string;
  ports: [first: number, last: number];
}

/** All addresses of each family. */
const anywhere = { IPV4: "0.0.0.0/0", IPV6: "::/0" };
export type Family = keyof typeof anywhere;

/** Everything in a security group. Of the members of given groups, the graph shows only functions; the database is added. */
function membersOf(graph: Graph): Member[] {
  const members = graph.resources.map(({ name, inputs }) => ({
    name,
    groups: (inputs.vpcSecurityGroupIds ??
      inputs.securityGroupIds ??
      inputs.vpcConfig?.securityGroupIds ??
      []) as string[],
  }));
  return [...members, { name: "orders-database", groups: ["sg-given-database"] }].filter(
    ({ groups }) => groups.length > 0,
  );
}

function rulesOf(graph: Graph, direction: "Ingress" | "Egress"): Rule[] {
  return graph.all(`aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`).map(({ inputs }) => ({
    group: inputs.securityGroupId,
    peer: inputs.referencedSecurityGroupId ?? inputs.cidrIpv4 ?? inputs.cidrIpv6,
    ports: inputs.ipProtocol === "-1" ? [0, 65_535] : [inputs.fromPort, inputs.toPort],
  }));
}

/** The rules for packets out. A given group lets out everything here, because its own rules are its owner's business. */
function egressOf(graph: Graph, members: Member[]): Rule[] {
  const givenGroups = new Set(members.flatMap(({ groups }) => groups).filter((id) => id.includes(given)));
  givenGroups.delete("sg-given-database");
  const owners = [...givenGroups].flatMap((group) =>
    Object.values(anywhere).map((peer): Rule => ({ group, peer, ports: [0, 65_535] })),
  );
  return [...rulesOf(graph, "Egress"), ...owners];
}

/** Who may send packets to whom, by the rules, as sorted texts such as `first-function -> orders-proxy:3306`. */
export function ways(graph: Graph, families: Family[] = ["IPV4", "IPV6"]): string[] {
  const members = membersOf(graph);
  const ingress = rulesOf(graph, "Ingress");
  const egress = egressOf(graph, members);
  const ranges = families.map((family) => anywhere[family]);
  const found = members.flatMap((from) =>
    members.flatMap((to) => {
      const ways = ingress
        .filter(({ group, peer }) => to.groups.includes(group) && (from.groups.includes(peer) || ranges.includes(peer)))
        .flatMap((inward) =>
          egress
            .filter(
              ({ group, peer }) => from.groups.includes(group) && (to.groups.includes(peer) || ranges.includes(peer)),
            )
            .map((outward) => both(inward.ports, outward.ports)),
        );
      return ways.flatMap((ports) => (ports === undefined ? [] : [`${from.name} -> ${to.name}:${ports}`]));
    }),
  );
  return [...new Set(found)].sort();
}

/** The ports that are in both ranges, as text. */
function both(one: Rule["ports"], other: Rule["ports"]): string | undefined {
  const [first, last] = [Math.max(one[0], other[0]), Math.min(one[1], other[1])];
  if (first > last) return undefined;
  return first === last ? String(first) : `${first}-${last}`;
}

/** Sentences about groups without members, and about rules from or to such groups. */
export function idle(graph: Graph): string[] {
  const used = new Set(membersOf(graph).flatMap(({ groups }) => groups));
  const isIdle = (peer: string) => !peer.includes("/") && !used.has(peer);
  const groups = graph.all("aws:ec2/securityGroup:SecurityGroup").map(({ outputs }) => outputs.id as string);
  return [
    ...groups.filter(isIdle).map((id) => `nothing is in ${id}`),
    ...(["Ingress", "Egress"] as const)
      .flatMap((direction) => rulesOf(graph, direction))
      .filter(({ group, peer }) => isIdle(group) || isIdle(peer))
      .map(({ group, peer }) => `a rule of ${group} is about ${peer}, and one of them has no members`),
  ];
}

/** Rules that occur twice, as texts. AWS refuses the second one. */
export function repeatedRules(graph: Graph): string[] {
  return (["Ingress", "Egress"] as const).flatMap((direction) => {
    const texts = rulesOf(graph, direction).map(
      ({ group, peer, ports }) => `${direction} ${group} ${peer} ${ports.join("-")}`,
    );
    return texts.filter((text, index) => texts.indexOf(text) < index);
  });
}

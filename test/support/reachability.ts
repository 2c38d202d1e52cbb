import type { Graph, Ports } from "../../testing";
import { waysBetween } from "../../testing/reachability";
import { type Member, membersOf, type Rule, rulesOf } from "../../testing/securityGroups";
import { given } from "./arguments";

/** All addresses of each family. */
const anywhere = { IPV4: "0.0.0.0/0", IPV6: "::/0" };
export type Family = keyof typeof anywhere;

/** Everything in a security group. Of the members of given groups, the graph shows only functions; the database is added. */
const allMembers = (graph: Graph): Member[] => [
  ...membersOf(graph),
  { name: "orders-database", groups: ["sg-given-database"] },
];

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
  const members = allMembers(graph);
  const ranges = families.map((family) => anywhere[family]);
  const rules = { ingress: rulesOf(graph, "Ingress"), egress: egressOf(graph, members) };
  const found = waysBetween(members, rules, (range) => ranges.includes(range));
  return [...new Set(found.map(({ from, to, ports }) => `${from} -> ${to}:${textOf(ports)}`))].sort();
}

const textOf = ([first, last]: Ports) => (first === last ? String(first) : `${first}-${last}`);

/** Sentences about groups without members, and about rules from or to such groups. */
export function idle(graph: Graph): string[] {
  const used = new Set(allMembers(graph).flatMap(({ groups }) => groups));
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

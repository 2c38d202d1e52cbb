import { AssertionError } from "node:assert";
import type { Graph } from "./graph";
import { type Way, waysOf } from "./reachability";
import { membersOf } from "./securityGroups";
import { wildcardsOf } from "./wildcards";

/** The port of MySQL, and of RDS Proxy for MySQL. */
const mysqlPort = 3306;

/**
 * Asserts that the security groups let one resource connect to another.
 *
 * @param from name of a resource, such as the function `report-function`
 * @param to name of a resource, such as the proxy `orders-proxy`
 * @throws AssertionError that says which ways there are from `from`
 */
export function assertReachable(graph: Graph, from: string, to: string, port = mysqlPort): void {
  const ways = waysFrom(graph, from, to);
  if (ways.some((way) => leads(way, to, port))) return;
  const others = ways.map((way) => `${way.to}:${way.ports.join("-")}`);
  throw new AssertionError({
    message: `${from} cannot connect to ${to} on port ${port}. It can connect to ${[...new Set(others)].join(", ") || "nothing"}.`,
    actual: others,
    expected: `${to}:${port}`,
    operator: "assertReachable",
    stackStartFn: assertReachable,
  });
}

/**
 * Asserts that the security groups keep one resource from connecting to another.
 *
 * @param port the port that must be closed; without it, all ports
 * @throws AssertionError that says which ports are open
 */
export function assertNotReachable(graph: Graph, from: string, to: string, port?: number): void {
  const open = waysFrom(graph, from, to).filter((way) => leads(way, to, port));
  if (open.length === 0) return;
  const ports = open.map((way) => way.ports.join("-"));
  throw new AssertionError({
    message: `${from} can connect to ${to} on the ports ${ports.join(", ")}.`,
    actual: ports,
    expected: [],
    operator: "assertNotReachable",
    stackStartFn: assertNotReachable,
  });
}

/**
 * Asserts that each policy names the actions that it allows, and their resources. Actions for which AWS has no resource to name may
 * have `*`.
 *
 * @param allowed further actions that may have a wildcard, such as `logs:DescribeLogGroups`
 * @throws AssertionError that names the policies and what they allow
 */
export function assertNoWildcards(graph: Graph, { allowed = [] }: { allowed?: readonly string[] } = {}): void {
  const wildcards = wildcardsOf(graph, allowed);
  if (wildcards.length === 0) return;
  const texts = wildcards.map(({ policy, action, resource }) => `${policy} allows ${action} on ${resource}`);
  throw new AssertionError({
    message: `${texts.join("; ")}: name the actions and the resources.`,
    actual: texts,
    expected: [],
    operator: "assertNoWildcards",
    stackStartFn: assertNoWildcards,
  });
}

function leads({ to, ports: [first, last] }: Way, name: string, port: number | undefined): boolean {
  return to === name && (port === undefined || (first <= port && port <= last));
}

/** @throws Error when one of the resources is in no security group: then an assertion about it would mean nothing */
function waysFrom(graph: Graph, from: string, to: string): Way[] {
  const names = membersOf(graph).map(({ name }) => name);
  const unknown = [from, to].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`No resource named "${unknown}" is in a security group: use one of ${names.join(", ")}.`);
  }
  return waysOf(graph).filter((way) => way.from === from);
}

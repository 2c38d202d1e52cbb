import type { Services } from "../awsApi/services";
import { type NetworkInterface, permits } from "../network";

/** RDS Proxy always listens on MySQL's own port. */
const proxyPort = 3306;

/** A box of the picture. */
export interface Node {
  id: string;
  kind: "function" | "proxy" | "database" | "endpoint";
  name: string;
  /** Names of its security groups. Empty outside any VPC. */
  groups: string[];
}

/** A line of the picture: one box connects to another, or tries to. */
export interface Edge {
  from: string;
  to: string;
  port: number;
  isOpen: boolean;
  /** Why packets do not get through. */
  reason?: string;
  /** The rules that let the packets through. */
  rules: string[];
}

/** Who reaches whom in the account, as the stand-in's own network decides it. */
export interface Picture {
  nodes: Node[];
  edges: Edge[];
}

interface Place {
  node: Node;
  networkInterface: NetworkInterface | undefined;
}

/** Draws the account as it is now. */
export function pictureOf({ network, lambda, rds, secretsManager }: Services): Picture {
  const groupName = (id: string) => network.securityGroups.get(id)?.name ?? id;
  const place = (kind: Node["kind"], name: string, networkInterface: NetworkInterface | undefined): Place => ({
    node: { id: `${kind} ${name}`, kind, name, groups: networkInterface?.securityGroupIds.map(groupName) ?? [] },
    networkInterface,
  });
  const edges: Edge[] = [];
  const connect = (from: Place, to: Place, host: string, port: number, isMeant: boolean) => {
    const route = network.route(from.networkInterface, host, port);
    const isOpen = route.outcome === "open";
    if (!isOpen && !isMeant) return;
    const reason = "reason" in route ? route.reason : undefined;
    const rules = isOpen ? rulesBetween(from.networkInterface, to.networkInterface, port) : [];
    edges.push({ from: from.node.id, to: to.node.id, port, isOpen, ...(reason && { reason }), rules });
  };
  const rulesBetween = (from: NetworkInterface | undefined, to: NetworkInterface | undefined, port: number) => {
    if (from === undefined || to === undefined) return [];
    return [...network.rules.values()].flatMap((rule) => {
      const [own, peer] = rule.direction === "outbound" ? [from, to] : [to, from];
      if (!own.securityGroupIds.includes(rule.securityGroupId) || !permits(rule, peer, port)) return [];
      const other = rule.referencedSecurityGroupId ? groupName(rule.referencedSecurityGroupId) : rule.cidrIpv4;
      const way = rule.direction === "outbound" ? "outbound to" : "inbound from";
      return [`${groupName(rule.securityGroupId)}: ${way} ${other ?? "?"}, tcp ${port}`];
    });
  };

  const functions = lambda.names.map((name) => {
    const { networkInterface, variables } = lambda.describe(name)?.configuration ?? {};
    return { ...place("function", name, networkInterface), texts: Object.values(variables ?? {}).join(" ") };
  });
  const proxies = [...rds.proxies].map(([name, proxy]) => ({ ...place("proxy", name, proxy.networkInterface), proxy }));
  const databases = [...rds.databases].map(([name, database]) => ({
    ...place("database", name, database.networkInterface),
    database,
  }));
  const endpoints = [...network.vpcEndpoints.values()].map(({ serviceName, networkInterface }) =>
    place("endpoint", serviceName.split(".").at(-1) ?? serviceName, networkInterface),
  );

  for (const from of functions) {
    for (const to of proxies) {
      const hosts = [to.proxy.options.endpoint, ...to.proxy.furtherEndpoints.flatMap(({ host }) => host ?? [])];
      const named = hosts.find((host) => from.texts.includes(host));
      connect(from, to, named ?? to.proxy.options.endpoint, proxyPort, named !== undefined);
    }
    for (const to of databases) {
      connect(from, to, to.database.hostNames[0], to.database.port, from.texts.includes(to.database.hostNames[0]));
    }
  }
  for (const from of proxies) {
    for (const to of databases) {
      connect(from, to, to.database.hostNames[0], to.database.port, from.proxy.hasTarget(to.node.name));
    }
  }
  for (const to of endpoints) {
    if (to.node.name !== "secretsmanager") continue;
    for (const from of functions) connect(from, to, secretsManager.host, 443, false);
  }
  return { nodes: [...functions, ...proxies, ...databases, ...endpoints].map(({ node }) => node), edges };
}

import type { MysqlServer } from "../mysqlServer";
import type { NetworkInterface } from "../network";
import type { ProxyInVpc } from "./proxyInVpc";

/** What an instance takes when it starts: a database instance, or one of a cluster. */
export interface InstanceSettings {
  instanceClass: string;
  parameterGroupName: string | undefined;
}

/** What a server gets from its resource, and keeps for its next start. */
export interface DatabaseSettings {
  /** The engine that the program asks for, whatever server this machine has. Aurora MySQL speaks like MySQL. */
  engine: "mysql" | "mariadb";
  /** The first one is the database's address. */
  hostNames: [string, ...string[]];
  port: number;
  resourceId: string;
  subnetGroupName: string | undefined;
  /** What `max_connections` is after the next start. */
  maxConnections: () => number;
  /** Names of the parameter groups that it is a member of. */
  parameterGroups: () => (string | undefined)[];
}

/** A database that can be a proxy's target: an instance, or a cluster that has a writer. */
export interface Database extends DatabaseSettings {
  /** Undefined for a cluster, whose instances have settings of their own. */
  instance?: InstanceSettings | undefined;
  server: MysqlServer;
  networkInterface: NetworkInterface;
}

/** A cluster. It holds the settings for the server that its first instance starts. */
export interface Cluster extends DatabaseSettings {
  masterUser: string;
  masterPassword: string;
  databaseName: string | undefined;
  securityGroupIds: string[];
  parameterGroupName: string | undefined;
  /** Maximum capacity of a Serverless v2 cluster, in Aurora capacity units. */
  maxCapacity: number | undefined;
  /** The instances by identifier. The first one is the writer, and the others are readers. */
  instances: Map<string, InstanceSettings>;
  /** The server of a cluster whose instances are all deleted. It does not run, but it has the cluster's data. */
  stopped: MysqlServer | undefined;
  /** The name of the cluster under which its data is kept. */
  keptAs: string;
}

/** A parameter of a group. */
export interface Parameter {
  name: string;
  value: string;
  /** @default immediate */
  applyMethod?: "immediate" | "pending-reboot";
}

/** The account's databases and proxies by name. */
export class Rds {
  readonly subnetGroups = new Map<string, string[]>();
  /** Parameters by the name of the parameter group. */
  readonly parameterGroups = new Map<string, Parameter[]>();
  readonly clusters = new Map<string, Cluster>();
  readonly databases = new Map<string, Database>();
  readonly proxies = new Map<string, ProxyInVpc>();

  /** Returns who uses a subnet group, in AWS's words, or undefined. */
  userOfSubnetGroup(name: string): string | undefined {
    return this.userWhere(({ subnetGroupName }) => subnetGroupName === name);
  }

  /** Returns who is a member of a parameter group, in AWS's words, or undefined. */
  userOfParameterGroup(name: string): string | undefined {
    return this.userWhere(({ parameterGroups }) => parameterGroups().includes(name));
  }

  private userWhere(matches: (settings: DatabaseSettings) => boolean): string | undefined {
    for (const [id, cluster] of this.clusters) if (matches(cluster)) return `cluster: ${id}`;
    for (const [id, database] of this.databases) if (matches(database)) return `instance: ${id}`;
    return undefined;
  }

  /** @throws Error when no proxy has this name */
  proxy(name: string): ProxyInVpc {
    return this.proxies.get(name) ?? notFound("proxy", name, this.proxies.keys());
  }

  /** Returns the proxy that has this further endpoint. Names of endpoints are unique in an account and region. */
  proxyWithEndpoint(name: string): ProxyInVpc | undefined {
    return [...this.proxies.values()].find((proxy) => proxy.interfaceOf(name) !== undefined);
  }

  /** @throws Error when no database has this identifier */
  database(identifier: string): Database {
    return this.databases.get(identifier) ?? notFound("database", identifier, this.databases.keys());
  }

  /** Closes the proxies and databases that are still open, for example after a failure. */
  async close(): Promise<void> {
    for (const proxy of this.proxies.values()) await proxy.close();
    await Promise.all([...this.databases.values()].map(({ server }) => server.close()));
    for (const { stopped } of this.clusters.values()) await stopped?.close();
    this.proxies.clear();
    this.databases.clear();
    this.clusters.clear();
  }
}

function notFound(what: string, name: string, known: Iterable<string>): never {
  throw new Error(`There is no ${what} "${name}". The account has: ${[...known].join(", ") || "none"}.`);
}

import type { MysqlServer } from "../mysqlServer";
import type { ProxyInVpc } from "./proxyInVpc";

/** A database that a proxy's target can name: an instance, or a cluster with its writer. */
export interface Database {
  server: MysqlServer;
  address: string;
  port: number;
  resourceId: string;
}

/** A cluster: what its server is started with, once it has an instance. */
export interface Cluster {
  masterUser: string;
  masterPassword: string;
  databaseName: string | undefined;
  hostNames: [string, ...string[]];
  port: number;
  resourceId: string;
  subnetGroupName: string | undefined;
  securityGroupIds: string[];
  /** Undefined when the class of the instance decides. */
  maxConnections: number | undefined;
  /** Of a Serverless v2 cluster, in Aurora capacity units. */
  maxCapacity: number | undefined;
  /** How many it has: a writer, and readers. */
  instances: number;
}

/** The account's databases and proxies by name. */
export class Rds {
  readonly subnetGroups = new Map<string, string[]>();
  /** Parameters and their values, by the name of their group. */
  readonly parameterGroups = new Map<string, Map<string, string>>();
  readonly clusters = new Map<string, Cluster>();
  readonly databases = new Map<string, Database>();
  readonly proxies = new Map<string, ProxyInVpc>();

  /** @throws Error when there is no proxy of that name */
  proxy(name: string): ProxyInVpc {
    return this.proxies.get(name) ?? notFound("proxy", name, this.proxies.keys());
  }

  /** @throws Error when there is no database of that identifier */
  database(identifier: string): Database {
    return this.databases.get(identifier) ?? notFound("database", identifier, this.databases.keys());
  }

  /** Closes what is still open, for example after a failure half-way. */
  async close(): Promise<void> {
    for (const proxy of this.proxies.values()) await proxy.close();
    for (const { server } of this.databases.values()) await server.stop();
    this.proxies.clear();
    this.databases.clear();
  }
}

function notFound(what: string, name: string, known: Iterable<string>): never {
  throw new Error(`There is no ${what} "${name}"; known are: ${[...known].join(", ") || "none"}.`);
}

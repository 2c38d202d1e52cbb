import type { MysqlServer } from "../mysqlServer";
import type { ProxyInVpc } from "./proxyInVpc";

/** A database that can be a proxy's target: an instance, or a cluster that has a writer. */
export interface Database {
  /** The engine that the program asks for, whatever server this machine has. Aurora MySQL speaks like MySQL. */
  engine: "mysql" | "mariadb";
  server: MysqlServer;
  address: string;
  port: number;
  resourceId: string;
}

/** A cluster. It holds the settings for the server that its first instance starts. */
export interface Cluster {
  engine: "mysql" | "mariadb";
  masterUser: string;
  masterPassword: string;
  databaseName: string | undefined;
  hostNames: [string, ...string[]];
  port: number;
  resourceId: string;
  subnetGroupName: string | undefined;
  securityGroupIds: string[];
  /** Undefined when the instance class decides. */
  maxConnections: number | undefined;
  /** Maximum capacity of a Serverless v2 cluster, in Aurora capacity units. */
  maxCapacity: number | undefined;
  /** Number of instances: the writer and the readers. */
  instances: number;
}

/** The account's databases and proxies by name. */
export class Rds {
  readonly subnetGroups = new Map<string, string[]>();
  /** Parameters and their values, by the name of the parameter group. */
  readonly parameterGroups = new Map<string, Map<string, string>>();
  readonly clusters = new Map<string, Cluster>();
  readonly databases = new Map<string, Database>();
  readonly proxies = new Map<string, ProxyInVpc>();

  /** @throws Error when no proxy has this name */
  proxy(name: string): ProxyInVpc {
    return this.proxies.get(name) ?? notFound("proxy", name, this.proxies.keys());
  }

  /** @throws Error when no database has this identifier */
  database(identifier: string): Database {
    return this.databases.get(identifier) ?? notFound("database", identifier, this.databases.keys());
  }

  /** Closes the proxies and databases that are still open, for example after a failure. */
  async close(): Promise<void> {
    for (const proxy of this.proxies.values()) await proxy.close();
    for (const { server } of this.databases.values()) await server.stop();
    this.proxies.clear();
    this.databases.clear();
  }
}

function notFound(what: string, name: string, known: Iterable<string>): never {
  throw new Error(`There is no ${what} "${name}". The account has: ${[...known].join(", ") || "none"}.`);
}

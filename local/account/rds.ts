import type { MysqlServer } from "../mysqlServer";
import type { NetworkInterface } from "../network";
import type { RdsProxy } from "../rdsProxy";

/** A database that a proxy's target can name: an instance, or a cluster with its writer. */
export interface Database {
  server: MysqlServer;
  address: string;
  port: number;
  resourceId: string;
}

/** A proxy and where it sits in the network. */
export interface ProxyInVpc {
  proxy: RdsProxy;
  networkInterface: NetworkInterface;
}

/** The account's databases and proxies by name. */
export class Rds {
  readonly subnetGroups = new Map<string, string[]>();
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
    for (const { proxy } of this.proxies.values()) await proxy.close();
    for (const { server } of this.databases.values()) await server.stop();
    this.proxies.clear();
    this.databases.clear();
  }
}

function notFound(what: string, name: string, known: Iterable<string>): never {
  throw new Error(`There is no ${what} "${name}"; known are: ${[...known].join(", ") || "none"}.`);
}

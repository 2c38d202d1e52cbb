import type { ProxiedDatabaseSettings } from "./arguments";
import type { ClusterSettings, InstanceSettings } from "./database/arguments";
import { staticParameters } from "./database/parameters";

/** Arguments that work, but are likely a mistake. */
export function warnings({ database, proxy, alarms }: ProxiedDatabaseSettings): string[] {
  const found: string[] = [];
  if (!proxy.requireTls) {
    found.push(
      "proxy.requireTls is false, so passwords' proofs and rows may cross the network unencrypted: leave it out.",
    );
  }
  if (proxy.debugLogging) {
    found.push(
      "proxy.debugLogging writes every statement to CloudWatch, values included; AWS switches it off after 24 hours.",
    );
  }
  if (database.kind !== "existing") found.push(...warningsOfDatabase(database));
  // After a peak, the proxy closes connections until only this share of them is idle.
  const idle = Math.floor((100 * proxy.maxIdleConnectionsPercent) / proxy.maxConnectionsPercent);
  if (alarms !== undefined && alarms.connectionsPercent < idle) {
    found.push(
      `alarms.connectionsPercent is ${alarms.connectionsPercent}, but the proxy keeps up to ${idle} percent of its connections` +
        " open while nobody needs them, so the alarm may stay on after a peak: lower proxy.maxIdleConnectionsPercent.",
    );
  }
  return found;
}

function warningsOfDatabase({ engine, engineVersion, parameters }: InstanceSettings | ClusterSettings): string[] {
  const found: string[] = [];
  const { ended, documented } = engine;
  if (ended?.version.test(engineVersion)) {
    found.push(
      `RDS bills Extended Support for ${ended.title} since ${ended.since}: use database.engineVersion "${ended.instead}".`,
    );
  }
  if (!documented.version.test(engineVersion)) {
    found.push(
      `AWS does not list version ${engineVersion} among those that RDS Proxy works with: see ${documented.source} before you rely on it.`,
    );
  }
  const waiting = staticParameters(parameters);
  if (waiting.length > 0) {
    found.push(
      `A running database takes up ${waiting.map((name) => `database.parameters.${name}`).join(", ")} when it restarts: after a` +
        " change run `aws rds reboot-db-instance --db-instance-identifier <the output databaseIdentifier>`.",
    );
  }
  return found;
}

import type { ProxiedDatabaseSettings } from "./arguments";
import { mysql80Extended } from "./database/engines";

/** What works, but is likely not meant. */
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
  if (database.engine.name === "mysql" && database.engineVersion?.startsWith("8.0")) {
    found.push(`RDS bills Extended Support for MySQL 8.0 since ${mysql80Extended}: use database.engineVersion "8.4".`);
  }
  // After a peak, connections stay open until the proxy has only so many idle ones left.
  const idle = Math.floor((100 * proxy.maxIdleConnectionsPercent) / proxy.maxConnectionsPercent);
  if (alarms !== undefined && alarms.connectionsPercent < idle) {
    found.push(
      `alarms.connectionsPercent is ${alarms.connectionsPercent}, but the proxy keeps up to ${idle} percent of its connections` +
        " open while nobody needs them, so the alarm may stay on after a peak: lower proxy.maxIdleConnectionsPercent.",
    );
  }
  return found;
}

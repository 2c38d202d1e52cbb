import type { ProxiedDatabaseSettings } from "./arguments";

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
  const { extendedSupport: extended } = database.engine;
  if (database.engineVersion !== undefined && extended?.version.test(database.engineVersion)) {
    found.push(
      `RDS bills Extended Support for ${extended.title} since ${extended.since}: use database.engineVersion "${extended.instead}".`,
    );
  }
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

import type { ProxyLogEvent, RdsProxyOptions } from "./options";

export type Log = (level: ProxyLogEvent["level"], message: string, fields?: Record<string, unknown>) => void;

/** Debug events go out only when the proxy's debug logging is on, as with RDS Proxy's enhanced logging. */
export function makeLog({ name, debugLogging, log }: RdsProxyOptions): Log {
  return (level, message, fields) => {
    if (level === "debug" && !debugLogging) return;
    try {
      log?.({ level, message, proxy: name, ...fields });
    } catch {
      // A listener's mistake must not harm the proxy.
    }
  };
}

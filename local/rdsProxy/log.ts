import type { ProxyLogEvent, RdsProxyOptions } from "./options";

export type Log = (level: ProxyLogEvent["level"], message: string, fields?: Record<string, unknown>) => void;

/** Passes debug events on only when the proxy's debug logging is on, as RDS Proxy's enhanced logging does. */
export function makeLog(options: RdsProxyOptions): Log {
  return (level, message, fields) => {
    // The proxy's settings may have changed since the last event.
    const { name, debugLogging, log } = options;
    if (level === "debug" && !debugLogging) return;
    try {
      log?.({ level, message, proxy: name, ...fields });
    } catch {
      // An error in the function that receives the log must not harm the proxy.
    }
  };
}

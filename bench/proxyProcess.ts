import { connect } from "node:net";
import { RdsProxy } from "../local/rdsProxy";
import type { RdsProxyOptions, TargetGroupConfig } from "../local/rdsProxy";

/**
 * The proxy in a process of its own, so that it shares no event loop with those who measure it. Takes its options as
 * JSON on the command line, tells its port, and answers questions about its memory and metrics.
 */
export interface ProxyProcessOptions {
  proxy: Pick<RdsProxyOptions, "tls" | "clientPasswordAuthType">;
  config: TargetGroupConfig;
  database: { host: string; port: number; user: string; password: string };
}

export type Question = "memory" | "metrics";

async function main({ proxy: options, config, database }: ProxyProcessOptions): Promise<void> {
  const proxy = await RdsProxy.listen({
    name: "bench",
    endpoint: "localhost",
    requireTls: false,
    idleClientTimeout: 1800,
    debugLogging: false,
    iamAuth: "DISABLED",
    credentials: () => Promise.resolve([{ username: database.user, password: database.password }]),
    ...options,
  });
  proxy.configure(config);
  await proxy.registerTarget({
    id: "db",
    dial: () =>
      new Promise((resolve, reject) => {
        const socket = connect(database.port, database.host, () => {
          resolve(socket);
        }).once("error", reject);
      }),
  });
  await proxy.whenAvailable("db", 10);
  process.on("message", (question: Question) => {
    if (question === "metrics") process.send?.(proxy.metrics());
    else {
      global.gc?.();
      process.send?.({ rss: process.memoryUsage().rss });
    }
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ port: proxy.port });
}

void main(JSON.parse(process.argv[2] ?? "") as ProxyProcessOptions);

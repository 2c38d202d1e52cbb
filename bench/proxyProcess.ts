import { connect } from "node:net";
import { RdsProxy, type RdsProxyOptions, type TargetGroupConfig } from "../local/rdsProxy";
import { answer } from "./answers";

/** The first message to the proxy's process. */
export interface ProxyProcessOptions {
  proxy: Pick<RdsProxyOptions, "tls" | "clientPasswordAuthType">;
  config: TargetGroupConfig;
  database: { host: string; port: number; user: string; password: string };
}

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
  answer(proxy.port, () => proxy.metrics());
}

process.once("message", (options: ProxyProcessOptions) => void main(options));

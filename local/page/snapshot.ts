import type { Services } from "../awsApi/services";
import type { Invocation } from "../lambda";
import { type DbProxyStatus, statusOfProxies } from "../loopbackApi/proxyStatus";
import type { ProxyActivity } from "../rdsProxy";
import type { Report } from "./clientMessages.mts" with { "resolution-mode": "import" };
import type { LoadSettings } from "./loadSettings";
import { type Picture, pictureOf } from "./picture";

/** How much of a function's result the page shows. */
const longestResult = 2000;

/** A function, with its last invocations, the newest first. */
interface FunctionStatus {
  name: string;
  /** Containers that are there, and those of them that work. */
  containers: number;
  busy: number;
  invocations: { at: number; milliseconds: number; cold: boolean; failed: boolean; text: string }[];
}

/** All that the page shows of one moment, but for the log lines. */
export interface Snapshot {
  /** Milliseconds since 1970. */
  at: number;
  picture: Picture;
  proxies: (DbProxyStatus & { Activity: ProxyActivity })[];
  functions: FunctionStatus[];
  load: { settings: LoadSettings; report: Report | undefined } | undefined;
}

/** Looks at everything that the page shows. */
export function snapshotOf(services: Services, load: Snapshot["load"]): Snapshot {
  const { rds, lambda } = services;
  return {
    at: Date.now(),
    picture: pictureOf(services),
    proxies: statusOfProxies(rds).DBProxies.map((status) => ({
      ...status,
      Activity: rds.proxy(status.DBProxyName).proxy.activity(),
    })),
    functions: lambda.names.flatMap((name) => {
      const found = lambda.describe(name);
      if (found === undefined) return [];
      const { all, idle, invocations } = found;
      return [{ name, containers: all.size, busy: all.size - idle.length, invocations: invocations.map(shown) }];
    }),
    load,
  };
}

function shown({ outcome, ...rest }: Invocation) {
  const failed = "error" in outcome;
  const text = failed ? `${outcome.error.errorType}: ${outcome.error.errorMessage}` : outcome.result;
  return { ...rest, failed, text: text.slice(0, longestResult) };
}

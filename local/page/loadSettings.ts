import type { Services } from "../awsApi/services";
import type { Orders, Work } from "./clientMessages.mts" with { "resolution-mode": "import" };

/** What the page's visitor asks for. */
export interface LoadSettings {
  /** From 0, which ends all clients, to {@link mostClients}. */
  clients: number;
  /** Where the clients connect. */
  to: "proxy" | "database";
  /** What each does: a query now and then, or transactions of half a second. */
  work: Work;
  /** Name of the proxy. With `to: "database"`, the database is this proxy's target. */
  proxy: string;
}

/** Each has a socket here, in the clients' process and in the proxy's. */
export const mostClients = 500;

/** @throws Error with a sentence for the visitor */
export function readLoadSettings(text: string): LoadSettings {
  const given = parsed(text);
  const { clients, to, work, proxy } = given;
  if (typeof clients !== "number" || !Number.isInteger(clients) || clients < 0 || clients > mostClients) {
    throw new Error(`clients is ${JSON.stringify(clients)}, but it must be a whole number from 0 to ${mostClients}.`);
  }
  if (to !== "proxy" && to !== "database") {
    throw new Error(`to is ${JSON.stringify(to)}, but it must be "proxy" or "database".`);
  }
  if (work !== "query" && work !== "transaction") {
    throw new Error(`work is ${JSON.stringify(work)}, but it must be "query" or "transaction".`);
  }
  if (typeof proxy !== "string") throw new Error(`proxy is ${JSON.stringify(proxy)}, but it must be a proxy's name.`);
  return { clients, to, work, proxy };
}

function parsed(text: string): Partial<Record<keyof LoadSettings, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // It is refused below.
  }
  if (typeof value === "object" && value !== null) return value;
  throw new Error("The load is no JSON object: send clients, to, work and proxy.");
}

/**
 * Finds out where the clients connect, and as whom.
 *
 * @throws Error with a sentence for the visitor
 */
export async function ordersFor(settings: LoadSettings, { rds }: Services, authority: string): Promise<Orders> {
  const { clients, work } = settings;
  const { proxy, credentials, options } = rds.proxy(settings.proxy);
  if (options.iamAuth === "REQUIRED" && settings.to === "proxy") {
    throw new Error(`${settings.proxy} lets clients in with tokens of IAM only, and these clients have a password.`);
  }
  // The last user is one of the program's own, if it has any: the first is the master user.
  const user = (await credentials()).at(-1);
  if (user === undefined) throw new Error(`${settings.proxy} has no user with a password.`);
  const to =
    settings.to === "proxy" ? { host: "127.0.0.1", port: proxy.port, ca: authority } : databaseOf(settings, rds);
  return { clients, work, connection: { ...to, user: user.username, password: user.password } };
}

function databaseOf({ proxy }: LoadSettings, rds: Services["rds"]) {
  const target = [...rds.databases].find(([identifier]) => rds.proxy(proxy).hasTarget(identifier));
  if (target === undefined) throw new Error(`${proxy} has no target.`);
  const { host, port } = target[1].server;
  return { host, port, ca: undefined };
}

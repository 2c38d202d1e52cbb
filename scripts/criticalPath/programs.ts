import { ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "../../components";
import { graphOf } from "../../testing";
import type { Node } from "./path";

/** Ways for clients and proxy to log in. */
export const logins: Record<string, ProxiedDatabaseArgs> = {
  "generated password": {},
  "password managed by RDS": { credentials: { managedByRds: true } },
  IAM: { auth: "iam" },
  "end-to-end IAM": { auth: "iam-end-to-end", users: { lambda: {} } },
};

export const databases: Record<string, ProxiedDatabaseArgs> = {
  instance: {},
  Aurora: { database: { engine: "aurora-mysql" } },
};

const callbackFactory = () => () => Promise.resolve([]);

/** What the program registers: a database, a function that fills it and one that reads from it, both invoked. */
export async function resourcesOf(args: ProxiedDatabaseArgs): Promise<Node[]> {
  const { resources } = await graphOf(() => {
    const database = new ProxiedDatabase("sample", args);
    const seeded = new ProxyClientFunction("seed", { database, callbackFactory }).invokeOnDeploy();
    const reader = new ProxyClientFunction("read", { database, callbackFactory });
    return { rows: reader.invokeOnDeploy({}, { dependsOn: [seeded.resource] }).result };
  });
  return resources;
}

const isServer = ({ type }: Node) => /^aws:rds\/(instance|clusterInstance):/.test(type);
const isProxy = ({ type }: Node) => type === "aws:rds/proxy:Proxy";

/** The same, but with the proxy made after the database, as happens when it is given the database's secret or host name. */
export function withProxyAfterDatabase(resources: Node[]): Node[] {
  const servers = resources.filter(isServer).map(({ urn }) => urn);
  return resources.map((resource) =>
    isProxy(resource) ? { ...resource, dependencies: [...resource.dependencies, ...servers] } : resource,
  );
}

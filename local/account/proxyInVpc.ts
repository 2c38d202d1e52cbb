import type { NetworkInterface } from "../network";
import type { Credential, RdsProxy, RdsProxyOptions, TargetGroupConfig, TargetOptions } from "../rdsProxy";

/**
 * What makes the sessions of a READ_ONLY endpoint fail to write. An Aurora reader is another server than the writer (and
 * answers with error 1290); here both are one, which refuses with 1792.
 */
const readOnlySession = "SET SESSION TRANSACTION READ ONLY";

/** One way into a proxy. It listens by itself and has database connections of its own. */
interface Endpoint {
  proxy: RdsProxy;
  readOnly: boolean;
}

/** The database that a proxy leads to. */
interface RegisteredTarget {
  options: TargetOptions;
  /** Whether it has instances for READ_ONLY endpoints now. */
  hasReaders: () => boolean;
}

/** A proxy with its endpoints, which share their settings and their target, and its place in the network. */
export class ProxyInVpc {
  private readonly endpoints = new Map<string, Endpoint>();
  private target: RegisteredTarget | undefined;

  constructor(
    /** The default endpoint. */
    readonly proxy: RdsProxy,
    /** What further endpoints listen with, too. */
    readonly options: RdsProxyOptions,
    /** From here the proxy connects to its target, whichever endpoint a client came in by. */
    readonly networkInterface: NetworkInterface,
    private pool: TargetGroupConfig,
  ) {
    this.endpoints.set("default", { proxy, readOnly: false });
    this.configure(pool);
  }

  /** Reads the secrets of its `auths`. */
  readonly credentials = (): Promise<Credential[]> => this.options.credentials();

  configure(pool: TargetGroupConfig): void {
    this.pool = pool;
    for (const endpoint of this.endpoints.values()) configureEndpoint(endpoint, pool);
  }

  /** @throws Error when the endpoint is for readers and the target has none */
  async addEndpoint(name: string, endpoint: Endpoint): Promise<void> {
    configureEndpoint(endpoint, this.pool);
    this.endpoints.set(name, endpoint);
    if (this.target !== undefined) await registerAt(endpoint, name, this.target);
  }

  async closeEndpoint(name: string): Promise<void> {
    const endpoint = this.endpoints.get(name);
    this.endpoints.delete(name);
    await endpoint?.proxy.close();
  }

  /** @throws Error when there is an endpoint for readers and the target has none */
  async registerTarget(options: TargetOptions, hasReaders: () => boolean): Promise<void> {
    this.target = { options, hasReaders };
    for (const [name, endpoint] of this.endpoints) await registerAt(endpoint, name, this.target);
  }

  async deregisterTarget(id: string): Promise<void> {
    this.target = undefined;
    for (const { proxy } of this.endpoints.values()) await proxy.deregisterTarget(id);
  }

  async close(): Promise<void> {
    await Promise.all([...this.endpoints.values()].map(({ proxy }) => proxy.close()));
  }
}

function configureEndpoint({ proxy, readOnly }: Endpoint, pool: TargetGroupConfig): void {
  const queries = [...(readOnly ? [readOnlySession] : []), ...(pool.initQuery.trim() === "" ? [] : [pool.initQuery])];
  proxy.configure({ ...pool, initQuery: queries.join("; ") });
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-endpoints.html#rds-proxy-endpoints-reader */
async function registerAt(
  { proxy, readOnly }: Endpoint,
  name: string,
  { options, hasReaders }: RegisteredTarget,
): Promise<void> {
  if (readOnly && !hasReaders()) {
    throw new Error(
      `The endpoint ${name} is READ_ONLY, but the proxy's target has no readers: it has to be an Aurora cluster with two or` +
        " more instances, which are there before the endpoint.",
    );
  }
  await proxy.registerTarget(options);
}

import type { NetworkInterface } from "../network";
import type { Credential, RdsProxy, RdsProxyOptions, TargetGroupConfig, TargetOptions } from "../rdsProxy";

/**
 * Makes every write in a session of a READ_ONLY endpoint fail. On Aurora the reader is another server, and it refuses a
 * write with error 1290. Here readers and writer are the same server, and it refuses the write with error 1792.
 */
const readOnlySession = "SET SESSION TRANSACTION READ ONLY";

/** One way into a proxy, with its own port and its own database connections. */
interface Endpoint {
  /** Host name of a further endpoint. */
  host?: string;
  proxy: RdsProxy;
  readOnly: boolean;
  networkInterface: NetworkInterface;
}

/** What AWS says of a proxy beside its settings. */
export interface ProxyIdentity {
  arn: string;
  roleArn: string;
  auths: {
    secretArn: string;
    iamAuth?: RdsProxyOptions["iamAuth"];
    clientPasswordAuthType?: RdsProxyOptions["clientPasswordAuthType"];
  }[];
}

/** Options that can change while the proxy serves clients. */
export type ChangeableOptions = Partial<
  Pick<RdsProxyOptions, "requireTls" | "debugLogging" | "idleClientTimeout" | "clientPasswordAuthType" | "iamAuth"> &
    Pick<RdsProxyOptions, "credentials">
>;

/** The database behind a proxy. */
export interface RegisteredTarget {
  /** Identifier of the instance or cluster when it was registered. */
  identifier: string;
  options: TargetOptions;
  /** Whether the database has reader instances now, which READ_ONLY endpoints need. */
  hasReaders: () => boolean;
}

/** A proxy with its endpoints and its place in the network. All endpoints share their settings and their target. */
export class ProxyInVpc {
  private readonly endpoints = new Map<string, Endpoint>();
  private readonly targets = new Map<string, RegisteredTarget>();

  constructor(
    /** The default endpoint. */
    readonly proxy: RdsProxy,
    /** Options of the default endpoint. Further endpoints start with a copy of them. */
    readonly options: RdsProxyOptions,
    /** The proxy connects to its target from this interface, for clients of every endpoint. */
    readonly networkInterface: NetworkInterface,
    private pool: TargetGroupConfig,
    public identity: ProxyIdentity,
  ) {
    this.endpoints.set("default", { proxy, readOnly: false, networkInterface });
    this.configure(pool);
  }

  /** Reads the secrets of the proxy's `auths`. */
  readonly credentials = (): Promise<Credential[]> => this.options.credentials();

  /** Changes the settings of all endpoints. Sessions of clients go on. */
  change(options: ChangeableOptions): void {
    Object.assign(this.options, options);
    for (const { proxy } of this.endpoints.values()) proxy.change(options);
  }

  /** Gives the default endpoint another name. Sessions of clients go on. */
  rename(options: Pick<RdsProxyOptions, "name" | "endpoint" | "tls">): void {
    Object.assign(this.options, options);
    this.proxy.change(options);
  }

  configure(pool: TargetGroupConfig): void {
    this.pool = pool;
    for (const endpoint of this.endpoints.values()) configureEndpoint(endpoint, pool);
  }

  /** @throws Error when the endpoint is for readers and the target has none */
  async addEndpoint(name: string, endpoint: Endpoint): Promise<void> {
    configureEndpoint(endpoint, this.pool);
    this.endpoints.set(name, endpoint);
    for (const target of this.targets.values()) await registerAt(endpoint, name, target);
  }

  /** The interface of an endpoint, or undefined if there is no such endpoint. */
  interfaceOf(name: string): NetworkInterface | undefined {
    return this.endpoints.get(name)?.networkInterface;
  }

  async closeEndpoint(name: string): Promise<void> {
    const endpoint = this.endpoints.get(name);
    this.endpoints.delete(name);
    await endpoint?.proxy.close();
  }

  /** @throws Error when there is an endpoint for readers and the target has none */
  async registerTarget(target: RegisteredTarget): Promise<void> {
    for (const [name, endpoint] of this.endpoints) await registerAt(endpoint, name, target);
    this.targets.set(target.identifier, target);
  }

  target(identifier: string): RegisteredTarget | undefined {
    return this.targets.get(identifier);
  }

  hasTarget(identifier: string): boolean {
    return this.targets.has(identifier);
  }

  async deregisterTarget(identifier: string): Promise<void> {
    const target = this.targets.get(identifier);
    if (target === undefined) return;
    this.targets.delete(identifier);
    for (const { proxy } of this.endpoints.values()) await proxy.deregisterTarget(target.options.id);
  }

  /** The endpoints that the program has added to the default one. */
  get furtherEndpoints(): (Endpoint & { name: string })[] {
    return [...this.endpoints].flatMap(([name, endpoint]) => (name === "default" ? [] : [{ ...endpoint, name }]));
  }

  /** How the proxy uses its connections. */
  get targetGroup(): TargetGroupConfig {
    return this.pool;
  }

  /** The interfaces of all endpoints. */
  get interfaces(): NetworkInterface[] {
    return [...this.endpoints.values()].map(({ networkInterface }) => networkInterface);
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
        " more instances, created before the endpoint.",
    );
  }
  await proxy.registerTarget(options);
}

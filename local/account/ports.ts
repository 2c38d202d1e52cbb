import { once } from "node:events";
import { createServer } from "node:net";
import type { KeptFolder } from "../kept";

/** Where a folder keeps the ports, by who listens on them. */
const keptPorts = "ports";
const keptFirst = "first port";

/** The highest port that there is. */
const highest = 65_535;

/** Gives proxies and others their ports on the loopback address: those that were asked for, or those of the last run. */
export class Ports {
  private readonly known: Map<string, number>;

  /**
   * @param first the port of the first proxy; each further one gets the next
   * @param kept remembers the ports for the next run
   */
  constructor(
    private readonly first: number | undefined,
    private readonly kept: Pick<KeptFolder, "get" | "set"> | undefined,
  ) {
    // Another first port makes all ports other ones.
    const isSame = first === undefined || kept?.get(keptFirst) === first;
    const known = isSame ? (kept?.get(keptPorts) as Record<string, number> | undefined) : undefined;
    this.known = new Map(Object.entries(known ?? {}));
  }

  /** @throws Error when another program has the first port */
  async checkFirst(): Promise<void> {
    const { first } = this;
    if (first === undefined) return;
    const probe = createServer().listen(first, "127.0.0.1");
    await once(probe, "listening").catch((error: unknown) => {
      throw refusal(error, first);
    });
    probe.close();
    await once(probe, "close");
  }

  /**
   * Lets somebody listen on the port that clients know, such as a proxy.
   *
   * @param name of the one that listens, unique in the account
   * @throws Error when another program has the port
   */
  async listen<T extends { port: number }>(name: string, listen: (port: number) => Promise<T>): Promise<T> {
    const port = this.known.get(name) ?? this.next(name);
    const listening = await listen(port).catch((error: unknown) => {
      throw refusal(error, port);
    });
    this.remember(name, listening.port);
    return listening;
  }

  /** The port of the last run. Undefined if there is none. */
  last(name: string): number | undefined {
    return this.known.get(name);
  }

  remember(name: string, port: number): void {
    this.known.set(name, port);
    this.save();
  }

  /** Who had the port does not exist any more. */
  forget(name: string): void {
    if (this.known.delete(name)) this.save();
  }

  /** 0, for any free port, unless a first port was asked for. */
  private next(name: string): number {
    if (this.first === undefined) return 0;
    const taken = new Set(this.known.values());
    let port = this.first;
    while (taken.has(port)) port++;
    if (port > highest) throw new Error(`There is no port left for ${name} above ${this.first}: use a lower --port.`);
    // Others may ask for a port before this one is in use.
    this.known.set(name, port);
    return port;
  }

  private save(): void {
    this.kept?.set(keptPorts, Object.fromEntries(this.known));
    if (this.first !== undefined) this.kept?.set(keptFirst, this.first);
  }
}

function refusal(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES") {
    return new Error(
      `Port ${port} is only for the system's administrator: choose another one with --port, such as 13306.`,
    );
  }
  if (code !== "EADDRINUSE") return error;
  return new Error(`Another program uses port ${port}: end that program, or choose another port with --port.`);
}

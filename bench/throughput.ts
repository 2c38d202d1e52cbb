import type { Connection } from "mysql2/promise";
import { cpuSeconds, machineCpuSeconds } from "./cpuTime";
import { connectAll, perSecond, query } from "./measurements";
import type { Cpu, Throughput } from "./results";
import type { Bench, Endpoint } from "./setup";

/**
 * A machine that is shared with others is faster or slower for some seconds at a time. The ways therefore take many short
 * turns, and a ratio compares two turns that follow each other at once.
 */
const roundCount = 40;
const secondsPerTurn = 0.25;
const warmUpSeconds = 1;

/** How many queries per second `clients` warm connections get answered, over each way to the database. */
export async function throughputs(bench: Bench, clients: number, tls: boolean): Promise<Throughput> {
  const endpoints = [bench.direct, bench.proxy, ...(bench.haproxy ? [bench.haproxy] : []), bench.bareRelay];
  const ways: Way[] = [];
  for (const endpoint of endpoints) ways.push(new Way(bench, endpoint, await connectAll(endpoint, clients, tls)));
  for (const way of ways) await way.run(warmUpSeconds);
  for (const way of ways) way.forget();
  const [machine, started] = [machineCpuSeconds(), performance.now()];
  const rates: Throughput["rates"] = [];
  for (let round = 0; round < roundCount; round++) {
    const rate: Record<string, number> = {};
    const first = round % ways.length;
    for (const way of [...ways.slice(first), ...ways.slice(0, first)]) {
      rate[way.name] = Math.round(await way.run(secondsPerTurn));
    }
    rates.push(rate);
  }
  const own = ways.reduce((sum, way) => sum + way.cpuSeconds, 0);
  const elapsed = (performance.now() - started) / 1000;
  for (const way of ways) way.close();
  return {
    rates,
    cpu: Object.fromEntries(ways.map((way) => [way.name, way.cpuPerQuery])),
    otherCores: Math.max(0, machineCpuSeconds() - machine - own) / elapsed,
  };
}

/** The clients of one way to the database, and how much CPU their queries have used so far. */
class Way {
  private queries = 0;
  private readonly spent: Cpu = { clients: 0, database: 0, relay: 0 };

  constructor(
    private readonly bench: Bench,
    private readonly endpoint: Endpoint,
    private readonly connections: Connection[],
  ) {}

  get name(): string {
    return this.endpoint.name;
  }

  /** Sends queries for some seconds, and returns how many were answered per second. */
  async run(seconds: number): Promise<number> {
    const [before, started] = [this.used(), performance.now()];
    const rate = await perSecond(seconds, this.connections, query);
    this.queries += (rate * (performance.now() - started)) / 1000;
    const after = this.used();
    for (const who of ["clients", "database", "relay"] as const) this.spent[who] += after[who] - before[who];
    return rate;
  }

  private used(): Cpu {
    const { pid } = this.endpoint;
    return {
      clients: cpuSeconds(process.pid),
      database: cpuSeconds(this.bench.databasePid),
      relay: pid === undefined ? 0 : cpuSeconds(pid),
    };
  }

  get cpuSeconds(): number {
    return this.spent.clients + this.spent.database + this.spent.relay;
  }

  get cpuPerQuery(): Cpu {
    const perQuery = (seconds: number): number => Math.round((1e7 * seconds) / this.queries) / 10;
    const { clients, database, relay } = this.spent;
    return { clients: perQuery(clients), database: perQuery(database), relay: perQuery(relay) };
  }

  /** Starts to count from zero again. */
  forget(): void {
    this.queries = 0;
    Object.assign(this.spent, { clients: 0, database: 0, relay: 0 });
  }

  close(): void {
    for (const connection of this.connections) connection.destroy();
  }
}

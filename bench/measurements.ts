import { connect, type Bench, type Endpoint } from "./setup";
import type { Connection } from "mysql2/promise";

const QUERY = "select * from bench.sample";

/** Queries per second of `clients` warm connections over some seconds. */
export async function throughput(endpoint: Endpoint, clients: number, tls: boolean, seconds: number): Promise<number> {
  const connections = await connectAll(endpoint, clients, tls);
  await Promise.all(connections.map((connection) => connection.query(QUERY)));
  const rate = await perSecond(seconds, connections, async (connection) => {
    await connection.query(QUERY);
  });
  for (const connection of connections) connection.destroy();
  return rate;
}

/** Percentiles, in microseconds, of one client's queries one after the other. */
export async function latency(
  endpoint: Endpoint,
  tls: boolean,
  queries: number,
): Promise<{ p50: number; p99: number }> {
  const connection = await connect(endpoint, tls);
  for (let warmUp = 0; warmUp < 200; warmUp++) await connection.query(QUERY);
  const times: number[] = [];
  for (let count = 0; count < queries; count++) {
    const started = performance.now();
    await connection.query(QUERY);
    times.push((performance.now() - started) * 1000);
  }
  connection.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Connections opened, used for `queries` queries and closed per second, by 16 workers. */
export async function connections(endpoint: Endpoint, queries: number, tls: boolean, seconds: number): Promise<number> {
  return perSecond(seconds, Array.from({ length: 16 }), async () => {
    const connection = await connect(endpoint, tls);
    for (let query = 0; query < queries; query++) await connection.query(QUERY);
    await connection.end();
  });
}

export interface Crowd {
  clients: number;
  failedClients: number;
  failedQueries: number;
  errors: Record<string, number>;
  seconds: number;
}

/** All clients at once: connect and send 20 queries each. */
export async function crowd(endpoint: Endpoint, clients: number, tls: boolean): Promise<Crowd> {
  const result: Crowd = { clients, failedClients: 0, failedQueries: 0, errors: {}, seconds: 0 };
  const started = performance.now();
  const one = async (): Promise<void> => {
    let done = 0;
    let connection: Connection | undefined;
    try {
      connection = await connect(endpoint, tls);
      connection.on("error", () => undefined);
      for (; done < 20; done++) await connection.query(QUERY);
      await connection.end();
    } catch (error) {
      const { errno, code } = error as { errno?: number; code?: string };
      const name = String(code ?? errno);
      result.errors[name] = (result.errors[name] ?? 0) + 1;
      result.failedClients++;
      result.failedQueries += 20 - done;
      connection?.destroy();
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  result.seconds = (performance.now() - started) / 1000;
  return result;
}

/** Resident memory of the proxy's process per idle session, in KB. */
export async function memoryPerSession(bench: Bench, sessions: number, tls: boolean): Promise<number> {
  // Once before, so that what is made at first use is there.
  for (const connection of await connectAll(bench.proxy, 100, tls)) connection.destroy();
  const before = await settled(bench);
  const connections = await connectAll(bench.proxy, sessions, tls);
  const after = await settled(bench);
  for (const connection of connections) connection.destroy();
  return (after - before) / sessions / 1024;
}

async function settled(bench: Bench): Promise<number> {
  let rss = 0;
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    rss = (await bench.ask("memory")).rss ?? 0;
  }
  return rss;
}

async function connectAll(endpoint: Endpoint, clients: number, tls: boolean): Promise<Connection[]> {
  const all: Connection[] = [];
  while (all.length < clients) {
    const batch = Math.min(50, clients - all.length);
    all.push(...(await Promise.all(Array.from({ length: batch }, () => connect(endpoint, tls)))));
  }
  for (const connection of all) connection.on("error", () => undefined);
  return all;
}

async function perSecond<T>(seconds: number, workers: T[], work: (worker: T) => Promise<void>): Promise<number> {
  let count = 0;
  const started = performance.now();
  const end = started + seconds * 1000;
  await Promise.all(
    workers.map(async (worker) => {
      while (performance.now() < end) {
        await work(worker);
        count++;
      }
    }),
  );
  return count / ((performance.now() - started) / 1000);
}

/** Restarts the database under idle sessions that then all query; the longest that one of them had to wait, in ms. */
export async function longestWait(bench: Bench): Promise<number> {
  const sessions = await connectAll(bench.proxy, 50, true);
  await Promise.all(sessions.map((session) => session.query(QUERY)));
  const restarted = bench.restartDatabase();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const started = performance.now();
  const waits = await Promise.all(
    sessions.map(async (session) => {
      // One that was caught in the middle gets an error and asks again.
      await session.query(QUERY).catch(() => session.query(QUERY));
      return performance.now() - started;
    }),
  );
  await restarted;
  for (const session of sessions) session.destroy();
  return Math.max(...waits);
}

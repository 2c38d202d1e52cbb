import { once } from "node:events";
import { connect as connectPlain } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Connection } from "mysql2/promise";
import type { Program } from "./program";
import type { Crowd } from "./results";
import { authority, type Bench, connect, type Endpoint } from "./setup";

const sampleQuery = "select * from bench.sample";

export async function query(connection: Connection): Promise<void> {
  await connection.query(sampleQuery);
}

/** Percentiles, in microseconds, of the time that a query takes. One client sends the queries one after the other. */
export async function latency(
  endpoint: Endpoint,
  tls: boolean,
  queries: number,
): Promise<{ p50: number; p99: number }> {
  const connection = await connect(endpoint, tls);
  for (let warmUp = 0; warmUp < 200; warmUp++) await query(connection);
  const times: number[] = [];
  for (let count = 0; count < queries; count++) {
    const started = performance.now();
    await connection.query(sampleQuery);
    times.push((performance.now() - started) * 1000);
  }
  connection.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** How many connections per second 16 workers open, use for `queries` queries and close. */
export async function connections(endpoint: Endpoint, queries: number, tls: boolean, seconds: number): Promise<number> {
  return perSecond(seconds, Array.from({ length: 16 }), async () => {
    const connection = await connect(endpoint, tls);
    for (let query = 0; query < queries; query++) await connection.query(sampleQuery);
    await connection.end();
  });
}

/** All clients connect at once, and each sends 20 queries. */
export async function crowd(endpoint: Endpoint, clients: number, tls: boolean): Promise<Crowd> {
  const result: Crowd = { clients, failedClients: 0, failedQueries: 0, errors: {}, seconds: 0 };
  const started = performance.now();
  const one = async (): Promise<void> => {
    let done = 0;
    let connection: Connection | undefined;
    try {
      connection = await connect(endpoint, tls);
      connection.on("error", () => undefined);
      for (; done < 20; done++) await connection.query(sampleQuery);
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

/** Resident memory, in KB, that a process needs for an idle connection. */
export async function memoryPerConnection(
  program: Program,
  count: number,
  open: (count: number) => Promise<{ destroy(): void }[]>,
): Promise<number> {
  // Opened once before the measurement, because some memory is allocated at first use.
  for (const connection of await open(100)) connection.destroy();
  const before = await settled(program);
  const connections = await open(count);
  const after = await settled(program);
  for (const connection of connections) connection.destroy();
  return (after - before) / count / 1024;
}

async function settled(program: Program): Promise<number> {
  let rss = 0;
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    rss = (await program.ask("memory")).rss ?? 0;
  }
  return rss;
}

/** Opens connections to a server that sends nothing, with TLS or without. */
export function connectSockets(port: number, count: number, tls: boolean): Promise<{ destroy(): void }[]> {
  return inBatches(count, async () => {
    const options = { port, host: "localhost", ca: authority.certificate };
    const socket = tls ? connectTls(options) : connectPlain(options);
    await once(socket, tls ? "secureConnect" : "connect");
    return socket;
  });
}

export async function connectAll(endpoint: Endpoint, count: number, tls: boolean): Promise<Connection[]> {
  const all = await inBatches(count, () => connect(endpoint, tls));
  for (const connection of all) connection.on("error", () => undefined);
  return all;
}

async function inBatches<T>(count: number, one: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  while (all.length < count) {
    all.push(...(await Promise.all(Array.from({ length: Math.min(50, count - all.length) }, one))));
  }
  return all;
}

/** How often per second the workers, side by side, do their work. */
export async function perSecond<T>(seconds: number, workers: T[], work: (worker: T) => Promise<void>): Promise<number> {
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

/** Restarts the database while sessions are idle, and lets all of them query. Returns the longest wait, in milliseconds. */
export async function longestWait(bench: Bench): Promise<number> {
  const sessions = await connectAll(bench.proxy, 50, true);
  await Promise.all(sessions.map((session) => session.query(sampleQuery)));
  const restarted = bench.restartDatabase();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const started = performance.now();
  const waits = await Promise.all(
    sessions.map(async (session) => {
      // A query that the restart interrupts fails, and the session sends it again.
      await session.query(sampleQuery).catch(() => session.query(sampleQuery));
      return performance.now() - started;
    }),
  );
  await restarted;
  for (const session of sessions) session.destroy();
  return Math.max(...waits);
}

import { cpus, loadavg, totalmem } from "node:os";
import { chart } from "./chart";
import { giveRelayItsOwnCore } from "./cores";
import {
  connectAll,
  connections,
  connectSockets,
  crowd,
  latency,
  longestWait,
  memoryPerConnection,
} from "./measurements";
import { Program } from "./program";
import { publish } from "./publish";
import { report } from "./report";
import { authority, type Bench, type Endpoint, maxConnections, plentyOfConnections, setUp } from "./setup";
import { type Throughput, throughputs } from "./throughput";

/** Pairs, or triples, that are measured one right after the other; all ratios are within one of them. */
const ROUNDS = 5;
const warmClients = 64;
const SECONDS = 2;
const idleSessions = 2000;

export interface WithAndWithoutTls {
  plain: Throughput;
  tls: Throughput;
}

/** The figures of each round, by the name of the endpoint. */
export type Rounds = Record<string, number>[];

export interface Results {
  machine: {
    cpu: string;
    cores: number;
    memoryGb: number;
    loadBefore: number;
    loadAfter: number;
  };
  versions: Record<string, string>;
  /** Of warm clients, with all processes on all cores, and with what is in between on a core of its own. */
  throughput: { shared: WithAndWithoutTls; ownCore: WithAndWithoutTls };
  latencyP50: Rounds;
  latencyP99: Rounds;
  logins: Rounds;
  connectionPerQuery: Rounds;
  crowd: { direct: Awaited<ReturnType<typeof crowd>>[]; proxy: Awaited<ReturnType<typeof crowd>>[]; maxUsed: number[] };
  /** Per idle session of the proxy, and per idle socket of a Node server that does nothing. */
  memoryKb: { plain: number; tls: number; bareSocket: number; bareTlsSocket: number };
  restartWaitMs: number[];
}

async function measure(): Promise<Results> {
  const loadBefore = loadavg()[0] ?? 0;
  const bench = await setUp(plentyOfConnections);
  const results: Partial<Results> = {};
  try {
    results.versions = {
      database: bench.serverVersion,
      haproxy: bench.haproxyVersion,
      node: process.version,
      client: "mysql2, in one Node process",
    };
    results.throughput = { shared: await warmThroughput(bench), ownCore: await throughputBesideRelay() };
    results.latencyP50 = [];
    results.latencyP99 = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [p50, p99]: Record<string, number>[] = [{}, {}];
      for (const at of inTurn(endpoints(bench), round)) {
        const measured = await latency(at, true, 1000);
        if (p50) p50[at.name] = measured.p50;
        if (p99) p99[at.name] = measured.p99;
      }
      results.latencyP50.push(p50 ?? {});
      results.latencyP99.push(p99 ?? {});
    }
    results.logins = await rounds("log-ins", bench, (at) => connections(at, 0, true, SECONDS));
    results.connectionPerQuery = await rounds("a connection per query", bench, (at) =>
      connections(at, 1, true, SECONDS),
    );
    results.restartWaitMs = [];
    for (let round = 0; round < ROUNDS; round++) results.restartWaitMs.push(await longestWait(bench));
  } finally {
    await bench.stop();
  }
  // In fresh processes: memory that was once in use would hide what sessions take.
  results.memoryKb = {
    plain: await sessionMemory(false),
    tls: await sessionMemory(true),
    bareSocket: await socketMemory(false),
    bareTlsSocket: await socketMemory(true),
  };
  results.crowd = await crowds();
  const [processor] = cpus();
  results.machine = {
    cpu: processor?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
  };
  return results as Results;
}

async function warmThroughput(bench: Bench): Promise<WithAndWithoutTls> {
  const plain = await throughputs(bench, warmClients, false);
  console.error("64 warm clients", plain.cpu);
  const tls = await throughputs(bench, warmClients, true);
  console.error("64 warm clients, TLS", tls.cpu);
  return { plain, tls };
}

/** A server of its own, since what is once kept to some cores stays there. */
async function throughputBesideRelay(): Promise<WithAndWithoutTls> {
  return withBench(plentyOfConnections, async (bench) => {
    const undo = await giveRelayItsOwnCore(bench);
    try {
      return await warmThroughput(bench);
    } finally {
      await undo();
    }
  });
}

function sessionMemory(tls: boolean): Promise<number> {
  return withBench(plentyOfConnections, ({ proxy, proxyProgram }) =>
    memoryPerConnection(proxyProgram, idleSessions, (count) => connectAll(proxy, count, tls)),
  );
}

async function socketMemory(tls: boolean): Promise<number> {
  const program = await Program.start("bareServer", { certificate: tls ? authority.issue(["localhost"]) : undefined });
  try {
    return await memoryPerConnection(program, idleSessions, (count) => connectSockets(program.port, count, tls));
  } finally {
    await program.stop();
  }
}

/** A thousand clients at a database that takes as many connections as a small one on RDS. */
async function crowds(): Promise<Results["crowd"]> {
  const result: Results["crowd"] = { direct: [], proxy: [], maxUsed: [] };
  for (let round = 0; round < ROUNDS; round++) {
    // A server for each, so that neither meets connections of the other.
    await withBench(maxConnections, async (bench) => {
      result.direct.push(await crowd(bench.direct, 1000, true));
    });
    await withBench(maxConnections, async (bench) => {
      result.proxy.push(await crowd(bench.proxy, 1000, true));
      result.maxUsed.push(await bench.maxUsedConnections());
    });
    console.error(`1,000 clients, round ${round + 1}`);
  }
  return result;
}

async function withBench<T>(maxConnections: number, use: (bench: Bench) => Promise<T>): Promise<T> {
  const bench = await setUp(maxConnections);
  try {
    return await use(bench);
  } finally {
    await bench.stop();
  }
}

async function rounds(what: string, bench: Bench, measure: (at: Endpoint) => Promise<number>): Promise<Rounds> {
  const all: Rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const figures: Record<string, number> = {};
    for (const at of inTurn(endpoints(bench), round)) figures[at.name] = await measure(at);
    all.push(figures);
    console.error(what, figures);
  }
  return all;
}

const endpoints = ({ direct, proxy, haproxy }: Bench): Endpoint[] => [direct, proxy, ...(haproxy ? [haproxy] : [])];

/** In another order each round, so that none is always first. */
function inTurn<T>(all: T[], round: number): T[] {
  const turn = round % all.length;
  return [...all.slice(turn), ...all.slice(0, turn)];
}

void publish({ name: "bench-rds-proxy", chart, page: report }, measure);

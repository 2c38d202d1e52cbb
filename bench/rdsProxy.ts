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
import type { Results, Rounds, WithAndWithoutTls } from "./results";
import { authority, type Bench, type Endpoint, maxConnections, plentyOfConnections, setUp } from "./setup";
import { throughputs } from "./throughput";

/** In each round, all ways to the database are measured one right after the other. A ratio compares figures of one round. */
const roundCount = 5;
const warmClients = 64;
const secondsPerTurn = 2;
const idleSessions = 2000;

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
    for (let round = 0; round < roundCount; round++) {
      const [p50, p99]: Record<string, number>[] = [{}, {}];
      for (const at of inTurn(endpoints(bench), round)) {
        const measured = await latency(at, true, 1000);
        if (p50) p50[at.name] = measured.p50;
        if (p99) p99[at.name] = measured.p99;
      }
      results.latencyP50.push(p50 ?? {});
      results.latencyP99.push(p99 ?? {});
    }
    results.logins = await rounds("log-ins", bench, (at) => connections(at, 0, true, secondsPerTurn));
    results.connectionPerQuery = await rounds("a connection per query", bench, (at) =>
      connections(at, 1, true, secondsPerTurn),
    );
    results.restartWaitMs = [];
    for (let round = 0; round < roundCount; round++) results.restartWaitMs.push(await longestWait(bench));
  } finally {
    await bench.stop();
  }
  // In new processes: a process that has used memory before would not need more of it for the sessions.
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

/** Starts a database and relays of its own, because they stay on the cores that they are put on. */
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

/** Sends a thousand clients to a database that accepts as many connections as a small one on RDS. */
async function crowds(): Promise<Results["crowd"]> {
  const result: Results["crowd"] = { direct: [], proxy: [], maxUsed: [] };
  for (let round = 0; round < roundCount; round++) {
    // A new database server for each way, because connections of the other way could still be open.
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
  for (let round = 0; round < roundCount; round++) {
    const figures: Record<string, number> = {};
    for (const at of inTurn(endpoints(bench), round)) figures[at.name] = await measure(at);
    all.push(figures);
    console.error(what, figures);
  }
  return all;
}

const endpoints = ({ direct, proxy, haproxy }: Bench): Endpoint[] => [direct, proxy, ...(haproxy ? [haproxy] : [])];

/** Starts with another way in each round, so that no way is always first. */
function inTurn<T>(all: T[], round: number): T[] {
  const turn = round % all.length;
  return [...all.slice(turn), ...all.slice(0, turn)];
}

void publish({ name: "bench-rds-proxy", chart, page: report }, measure);

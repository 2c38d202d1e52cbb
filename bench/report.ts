import type { Cpu, Results, Rounds, Throughput, WithAndWithoutTls } from "./results";
import { figures, median, middleHalf, ratios, spread } from "./statistics";

/** The results as a page for docs/. */
export function report(results: Results): string {
  const { machine, versions } = results;
  const { shared, ownCore } = results.throughput;
  const all = [shared.plain, shared.tls, ownCore.plain, ownCore.tls];
  const failed = results.crowd.direct.map(({ failedClients }) => failedClients);
  return `# Benchmark of the RDS Proxy stand-in

\`bench/rdsProxy.ts\` wrote this page, and [bench-rds-proxy.json](bench-rds-proxy.json) has the figures of every round. In a
round, all ways to the database are measured one right after the other, in changing order. The figures are medians of
${results.logins.length} rounds; queries per second are medians of ${shared.plain.rates.length} short rounds. The range of the middle half is in brackets. A ratio
compares two figures of the same round.

The machine has ${machine.cores} cores (${machine.cpu}) and ${machine.memoryGb} GB of memory. Its load average was ${machine.loadBefore.toFixed(1)} before the benchmark and
${machine.loadAfter.toFixed(1)} after it. While throughput was measured, other programs used at most ${Math.max(...all.map(({ otherCores }) => otherCores)).toFixed(2)} cores. ${Object.entries(
    versions,
  )
    .map(([name, version]) => `${name}: ${version}`)
    .join("; ")}.

![Chart](bench-rds-proxy.svg)

| | direct | through the proxy | through HAProxy (TCP) | proxy / direct | HAProxy / direct |
| --- | --- | --- | --- | --- | --- |
${row("queries/s, 64 warm clients", shared.plain.rates)}
${row("the same, TLS", shared.tls.rates)}
${row("queries/s, relay on a core of its own", ownCore.plain.rates)}
${row("the same, TLS", ownCore.tls.rates)}
${row("latency p50, one client, TLS (µs)", results.latencyP50)}
${row("latency p99, one client, TLS (µs)", results.latencyP99)}
${row("connect + TLS + log-in per second", results.logins)}
${row("a new TLS connection per query, per second", results.connectionPerQuery)}

${cpuSection(results)}

## Further figures

- 1,000 clients connect at once and send 20 queries each; the database's max_connections is 85. Through the proxy,
  ${Math.max(...results.crowd.proxy.map(({ failedClients }) => failedClients))} clients failed. They needed ${median(results.crowd.proxy.map(({ seconds }) => seconds)).toFixed(1)} s and at most ${Math.max(...results.crowd.maxUsed)} database connections
  (Max_used_connections). Without the proxy, ${median(failed)} of 1,000 clients failed (${spread(failed, 0)}), with ${[...new Set(results.crowd.direct.flatMap(({ errors }) => Object.keys(errors)))].join(", ")}.
- The proxy needs ${results.memoryKb.plain.toFixed(1)} KB of resident memory for an idle client session, and ${results.memoryKb.tls.toFixed(1)} KB for one with TLS. A Node
  server that only holds sockets needs ${results.memoryKb.bareSocket.toFixed(1)} KB and ${results.memoryKb.bareTlsSocket.toFixed(1)} KB; the proxy itself adds the difference.
- The database restarts in the regular way while 50 sessions are idle, and then all of them query. The longest wait was ${median(results.restartWaitMs).toFixed(0)} ms (${spread(results.restartWaitMs, 0)}).
`;
}

/** Where the time of a query goes, which explains what a relay costs on a small machine. */
function cpuSection({ machine, throughput: { shared, ownCore } }: Results): string {
  const direct = shared.plain.cpu.direct;
  const clientShare = ((direct?.clients ?? 0) * median(figures(shared.plain.rates, "direct"))) / 1e6;
  const busy = (sum(direct) * median(figures(shared.plain.rates, "direct"))) / 1e6;
  const byHaproxy = ({ rates }: Throughput): string => median(ratios(rates, "proxy", "HAProxy")).toFixed(2);
  return `## Where the time goes

The tables show how much CPU each process spends on a query with 64 warm clients. It is in microseconds, and includes the
time in the kernel. "Bare Node relay" is \`bench/bareRelay.ts\`, which passes bytes on without reading them. It
shows about how fast a proxy that is written for Node can be. With TLS, the proxy decrypts and encrypts; HAProxy and the bare relay do not.

### All on the same ${machine.cores} cores

Clients and database cannot use the CPU that a relay uses. If the cores stay as busy as before, the CPU allows this
ratio of queries: the sum for a direct query, divided by the sum for a query through the relay.

${cpuTable(shared)}

Without a relay, the clients (one Node process with one thread) use ${clientShare.toFixed(2)} of a core, and all processes together use
${busy.toFixed(2)} of ${machine.cores} cores. By CPU alone, a relay that reaches 0.80 without TLS may use ${(sum(direct) / 4).toFixed(0)} µs per query; HAProxy uses ${(shared.plain.cpu.HAProxy?.relay ?? NaN).toFixed(0)}.
The proxy answers ${byHaproxy(shared.plain)} times as many queries as HAProxy, and ${byHaproxy(shared.tls)} times as many with TLS.

### The relay on a core of its own

RDS Proxy runs on machines of its own. Here, clients and database use only the other ${machine.cores === 2 ? "core" : "cores"}, also without a relay. The relay
then takes no CPU from them, but it still has a cost: packets arrive in smaller batches. A process that wakes up for one
packet instead of many needs more time for each of them.

${cpuTable(ownCore)}

On a core of its own, the proxy answers ${byHaproxy(ownCore.plain)} times as many queries as HAProxy, and ${byHaproxy(ownCore.tls)} times as many with TLS.`;
}

function cpuTable({ plain, tls }: WithAndWithoutTls): string {
  const lines = (measured: Throughput, kind: string): string[] => {
    const ways = Object.entries(measured.cpu).sort(([, a], [, b]) => sum(a) - sum(b));
    return ways.map(([name, cpu]) => {
      const parts = [cpu.clients, cpu.database, cpu.relay, sum(cpu)].map((spent) => spent.toFixed(0));
      const allowed = sum(measured.cpu.direct) / sum(cpu);
      const reached = median(ratios(measured.rates, name, "direct"));
      return `| ${name}${kind} | ${parts.join(" | ")} | ${allowed.toFixed(2)} | ${reached.toFixed(2)} |`;
    });
  };
  return `| way | clients | database | relay | sum | ratio that the CPU allows | ratio that was measured |
| --- | --- | --- | --- | --- | --- | --- |
${[...lines(plain, ""), ...lines(tls, ", TLS")].join("\n")}`;
}

const sum = (cpu: Cpu | undefined): number => (cpu ? cpu.clients + cpu.database + cpu.relay : NaN);

function row(what: string, rounds: Rounds): string {
  const digits = 0;
  const cell = (name: string): string => {
    const values = figures(rounds, name);
    return values.length === 0 ? "-" : `${median(values).toFixed(digits)} (${middleHalf(values, digits)})`;
  };
  const ratio = (name: string): string => {
    const values = ratios(rounds, name, "direct");
    return values.length === 0 ? "-" : `${median(values).toFixed(2)} (${middleHalf(values, 2)})`;
  };
  return `| ${what} | ${["direct", "proxy", "HAProxy"].map(cell).join(" | ")} | ${ratio("proxy")} | ${ratio("HAProxy")} |`;
}
